/* The drawing: source columns left, target columns right, lines between. The panel scrolls, the drawing neither pans nor zooms. */
import { ReactFlow, type Connection, type Edge } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useEffect, useMemo, useRef, useState } from "react";
import { ColumnNode, type ColumnNodeType } from "./column-node";
import { describeColumn, type Mapping } from "./columns";

const nodeTypes = { column: ColumnNode };
const rowHeight = 40;

interface FlowProps {
	mapping: Mapping;
	chosen: string | null;
	armed: string | null;
	onPickSource: (name: string) => void;
	onPickTarget: (name: string) => void;
	onConnect: (source: string, target: string) => void;
	onUnlink: (source: string) => void;
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

function buildNodes(p: FlowProps, width: number): ColumnNodeType[] {
	const half = Math.min(340, Math.floor(width * 0.4));
	const base = { type: "column" as const, draggable: false, focusable: false, selectable: false };
	const sources = p.mapping.sources.map((column, i): ColumnNodeType => ({
		...base, id: `s:${column.name}`, position: { x: 0, y: i * rowHeight + 4 }, style: { width: half, pointerEvents: "all" },
		data: {
			side: "source", name: column.name, note: describeColumn(column.entry) || column.type, inKey: column.inKey, isChanged: column.isChanged, isComputed: false,
			isLinked: !column.isExcluded, isArmed: p.armed === column.name, isChosen: p.chosen === column.name, canAccept: false,
			onPick: () => p.onPickSource(column.name), onUnlink: () => p.onUnlink(column.name),
		},
	}));
	const targets = p.mapping.targets.map((column, i): ColumnNodeType => ({
		...base, id: `t:${column.name}`, position: { x: width - half, y: i * rowHeight + 4 }, style: { width: half, pointerEvents: "all" },
		data: {
			side: "target", name: column.name, note: column.computed ? describeColumn(column.computed) : (column.type ?? "new"), inKey: false, isChanged: false, isComputed: column.computed !== null,
			isLinked: column.source !== null, isArmed: false, isChosen: column.source !== null && p.chosen === column.source, canAccept: p.armed !== null,
			onPick: () => p.onPickTarget(column.name), onUnlink: () => column.source && p.onUnlink(column.source),
		},
	}));
	return [...sources, ...targets];
}

export function MappingFlow(props: FlowProps) {
	const [ref, width] = useWidth();
	const { mapping, chosen, onConnect } = props;
	const nodes = useMemo(() => (width > 0 ? buildNodes(props, width) : []), [props, width]);
	const edges = useMemo(() => mapping.targets.flatMap((target): Edge[] => {
		if (target.source === null) return [];
		const isChosen = target.source === chosen;
		return [{ id: `${target.source}→${target.name}`, source: `s:${target.source}`, target: `t:${target.name}`, focusable: false, style: { stroke: isChosen ? "var(--brand)" : "var(--teal)", strokeWidth: isChosen ? 2.5 : 1.5 } }];
	}), [mapping, chosen]);
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
