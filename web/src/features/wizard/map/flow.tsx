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
import { buildEdges, buildNodes, rowHeight, type NodeCache, type Picks } from "./nodes";
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
	const latest = useLatest(mapping);
	const picks = useMemo((): Picks => ({
		onPickSource, onPickTarget, onUnlink,
		onMove: (side, name, key) => {
			const id = neighbourOf(latest.current, side, name, key);
			if (id !== null) ref.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"] button`)?.focus();
		},
	}), [latest, onPickSource, onPickTarget, onUnlink, ref]);
	const drawn = useMemo(() => ({ mapping, chosen, armed, mayEdit }), [mapping, chosen, armed, mayEdit]);
	const nodes = useMemo(() => (width > 0 ? buildNodes(drawn, picks, width, cache.current) : []), [drawn, picks, width]);
	const edges = useMemo(() => buildEdges(drawn, suggestions), [drawn, suggestions]);
	const connect = (connection: Connection) => onConnect(connection.source.slice(2), connection.target.slice(2));
	const height = Math.max(mapping.sources.length, mapping.targets.length, 1) * rowHeight + 8;
	return (
		<div ref={ref} style={{ height }} className="w-full">
			{width > 0 && (
				<ReactFlow
					nodes={nodes}
					edges={edges}
					nodeTypes={nodeTypes}
					onConnect={connect}
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
