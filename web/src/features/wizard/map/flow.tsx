/*
 * The drawing: source columns left, target columns right, lines between. The panel scrolls, the drawing neither pans nor zooms.
 * By keyboard: arrows go along the columns and across, Enter picks, Delete leaves a column out.
 */
import { ReactFlow, type Connection } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useEffect, useMemo, useRef, useState } from "react";
import { useLatest } from "@/lib/hooks";
import { ColumnNode } from "./column-node";
import type { Mapping, Suggestion } from "./columns";
import { buildEdges, buildNodes, rowHeight, type NodeCache, type Picks, type Sight } from "./nodes";
import type { Chosen } from "./use-mapping";

const nodeTypes = { column: ColumnNode };

interface FlowProps extends Omit<Picks, "onMove"> {
	mapping: Mapping;
	suggestions: Suggestion[];
	chosen: Chosen | null;
	armed: string | null;
	mayEdit: boolean;
	onConnect: (source: string, target: string) => void;
}

function useWidth(): [React.RefObject<HTMLDivElement | null>, number] {
	const ref = useRef<HTMLDivElement>(null);
	const [width, setWidth] = useState(0);
	useEffect(() => {
		if (!ref.current) return undefined;
		const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)));
		observer.observe(ref.current);
		return () => observer.disconnect();
	}, []);
	return [ref, width];
}

const around = 12; /* rows above and below what is in sight */

/* Which rows the panel around the drawing shows. */
function useSight(ref: React.RefObject<HTMLDivElement | null>): Sight {
	const [sight, setSight] = useState<Sight>({ from: 0, to: 3 * around });
	useEffect(() => {
		const drawing = ref.current;
		const panel = drawing?.parentElement;
		if (!drawing || !panel) return undefined;
		const look = () => {
			const first = Math.floor(Math.max(0, panel.scrollTop) / rowHeight / (around / 2)) * (around / 2);
			const next = { from: Math.max(0, first - around), to: first + Math.ceil(panel.clientHeight / rowHeight) + 1.5 * around };
			setSight((old) => (old.from === next.from && old.to === next.to ? old : next));
		};
		const observer = new ResizeObserver(look);
		observer.observe(panel);
		panel.addEventListener("scroll", look, { passive: true });
		return () => {
			observer.disconnect();
			panel.removeEventListener("scroll", look);
		};
	}, [ref]);
	return sight;
}

/* Where an arrow key leads: the neighbour above or below, or across, along the line where there is one. */
function neighbourOf(mapping: Mapping, side: "source" | "target", name: string, key: string): string | null {
	const own = side === "source" ? mapping.sources : mapping.targets;
	const other = side === "source" ? mapping.targets : mapping.sources;
	const at = own.findIndex((column) => column.name === name);
	const prefix = side === "source" ? "s:" : "t:";
	const across = side === "source" ? "t:" : "s:";
	if (key === "ArrowUp" || key === "ArrowDown") {
		const next = own[at + (key === "ArrowUp" ? -1 : 1)];
		return next ? prefix + next.name : null;
	}
	if (key === "Home" || key === "End") return prefix + (own[key === "Home" ? 0 : own.length - 1]?.name ?? name);
	if ((key === "ArrowRight") !== (side === "source")) return null;
	const linked = side === "source" ? mapping.sources[at]?.target : mapping.targets[at]?.source;
	const goal = other.find((column) => column.name === linked) ?? other[Math.min(at, other.length - 1)];
	return goal ? across + goal.name : null;
}

export function MappingFlow({ mapping, suggestions, chosen, armed, mayEdit, onPickSource, onPickTarget, onUnlink, onConnect }: FlowProps) {
	const [ref, width] = useWidth();
	const cache = useRef<NodeCache>(new Map());
	const sight = useSight(ref);
	const latest = useLatest(mapping);
	/* The column with the focus, or that shall get it as soon as it is drawn. */
	const [focused, setFocused] = useState<string | null>(null);
	const wanted = useRef<string | null>(null);
	const picks = useMemo((): Picks => ({
		onPickSource, onPickTarget, onUnlink,
		onMove: (side, name, key) => {
			const id = neighbourOf(latest.current, side, name, key);
			wanted.current = id;
			if (id !== null) setFocused(id);
		},
	}), [latest, onPickSource, onPickTarget, onUnlink]);
	const drawn = useMemo(() => ({ mapping, chosen, armed, mayEdit }), [mapping, chosen, armed, mayEdit]);
	const nodes = useMemo(() => (width > 0 ? buildNodes(drawn, suggestions, picks, { width, sight, kept: focused }, cache.current) : []), [drawn, suggestions, picks, width, sight, focused]);
	const edges = useMemo(() => buildEdges(drawn, suggestions, nodes), [drawn, suggestions, nodes]);
	/* The drawing takes a moment to show a column that was out of sight. */
	useEffect(() => {
		let left = 30;
		let frame = 0;
		const look = () => {
			const id = wanted.current;
			const button = id === null ? null : ref.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"] button`);
			if (button) {
				wanted.current = null;
				button.focus();
			} else if (id !== null && left-- > 0) frame = requestAnimationFrame(look);
		};
		look();
		return () => cancelAnimationFrame(frame);
	}, [focused, ref]);
	const connect = (connection: Connection) => onConnect(connection.source.slice(2), connection.target.slice(2));
	const height = Math.max(mapping.sources.length, mapping.targets.length, 1) * rowHeight + 8;
	return (
		<div ref={ref} style={{ height }} className="w-full" onFocus={(event) => setFocused(event.target.closest<HTMLElement>(".react-flow__node")?.dataset["id"] ?? null)}>
			{width > 0 && (
				<ReactFlow
					nodes={nodes}
					edges={edges}
					nodeTypes={nodeTypes}
					onConnect={connect}
					onConnectStart={(_, { nodeId }) => setFocused(nodeId)}
					isValidConnection={(c) => c.source.startsWith("s:") && (c.target ?? "").startsWith("t:")}
					defaultViewport={{ x: 0, y: 0, zoom: 1 }}
					minZoom={1}
					maxZoom={1}
					panOnDrag={false}
					panOnScroll={false}
					zoomOnScroll={false}
					zoomOnPinch={false}
					zoomOnDoubleClick={false}
					preventScrolling={false}
					autoPanOnConnect={false}
					nodesConnectable={mayEdit}
					nodesFocusable={false}
					edgesFocusable={false}
					disableKeyboardA11y
					elementsSelectable={false}
					connectionLineStyle={{ stroke: "var(--brand)", strokeWidth: 2.5 }}
					proOptions={{ hideAttribution: true }}
					aria-label="Lines from source columns to target columns"
				/>
			)}
		</div>
	);
}
