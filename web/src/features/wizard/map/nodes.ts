/*
 * The drawing's nodes and edges, made from the mapping. Of a table with hundreds of columns only those in sight are there, with
 * the other ends of their lines; and what did not change keeps its object, so that a keystroke draws the few again that it touches.
 */
import type { Edge, XYPosition } from "@xyflow/react";
import type { ColumnNodeData, ColumnNodeType } from "./column-node";
import { describeColumn, type Mapping, type Suggestion } from "./columns";
import { shortType } from "@/lib/format";
import type { Chosen } from "./use-mapping";

export const rowHeight = 40;

export interface Picks { onPickSource: (name: string) => void; onPickTarget: (name: string) => void; onUnlink: (source: string) => void; onMove: (side: "source" | "target", name: string, key: string) => void }
export interface Drawn { mapping: Mapping; chosen: Chosen | null; armed: string | null; mayEdit: boolean }

function sameData(a: ColumnNodeData, b: ColumnNodeData): boolean {
	return (Object.keys(b) as (keyof ColumnNodeData)[]).every((key) => a[key] === b[key]);
}

export type NodeCache = Map<string, ColumnNodeType>;

/* The node of before where it says the same. */
function settle(cache: NodeCache, node: ColumnNodeType): ColumnNodeType {
	const old = cache.get(node.id);
	if (old && old.position.x === node.position.x && old.position.y === node.position.y && old.style?.width === node.style?.width && sameData(old.data, node.data)) return old;
	cache.set(node.id, node);
	return node;
}

const base = { type: "column" as const, draggable: false, focusable: false, selectable: false };
/* The drawing is cut at its edges: room for a ring around what has the focus. */
const edge = 4;
const columnWidth = (width: number) => Math.min(340, Math.floor(width * 0.4));

function place(side: "s" | "t", name: string, position: XYPosition, width: number, data: ColumnNodeData): ColumnNodeType {
	return { ...base, id: `${side}:${name}`, position, initialWidth: width, initialHeight: 32, style: { width, pointerEvents: "all" }, data };
}

export interface Sight { from: number; to: number }

/* Names of both sides that are to be drawn. kept: ids that stay wherever they are, since they have the focus or a line is drawn from them. */
function inSight({ mapping, chosen, armed }: Drawn, suggestions: Suggestion[], sight: Sight, kept: string | null): { sources: Set<string>; targets: Set<string> } {
	const sources = new Set(mapping.sources.slice(sight.from, sight.to).map((column) => column.name));
	const targets = new Set(mapping.targets.slice(sight.from, sight.to).map((column) => column.name));
	const lines = [...mapping.targets.flatMap(({ source, name }) => (source === null ? [] : [{ source, target: name }])), ...suggestions];
	const ends = lines.filter(({ source, target }) => sources.has(source) || targets.has(target));
	for (const { source, target } of ends) {
		sources.add(source);
		targets.add(target);
	}
	for (const name of [armed, chosen?.side === "source" ? chosen.name : null, kept?.startsWith("s:") ? kept.slice(2) : null]) if (name !== null) sources.add(name);
	if (kept?.startsWith("t:")) targets.add(kept.slice(2));
	return { sources, targets };
}

interface View { width: number; sight: Sight; kept: string | null }

export function buildNodes(drawn: Drawn, suggestions: Suggestion[], picks: Picks, { width, sight, kept }: View, cache: NodeCache): ColumnNodeType[] {
	const { mapping, chosen, armed, mayEdit } = drawn;
	const shown = inSight(drawn, suggestions, sight, kept);
	const half = columnWidth(width);
	const chosenSource = chosen?.side === "source" ? chosen.name : null;
	const chosenTarget = chosen?.side === "target" ? chosen.name : null;
	const sources = mapping.sources.flatMap((column, i) => !shown.sources.has(column.name) ? [] : settle(cache, place("s", column.name, { x: edge, y: i * rowHeight + 4 }, half, {
		side: "source", name: column.name, note: describeColumn(column.entry) || shortType(column.type), inKey: column.inKey, isChanged: column.isChanged, isComputed: false,
		isLinked: !column.isExcluded, isArmed: armed === column.name, isChosen: chosenSource === column.name, canAccept: false, mayEdit,
		onPick: picks.onPickSource, onUnlink: picks.onUnlink, onMove: picks.onMove, linkedTo: column.target,
	})));
	const targets = mapping.targets.flatMap((column, i) => !shown.targets.has(column.name) ? [] : settle(cache, place("t", column.name, { x: width - half - edge, y: i * rowHeight + 4 }, half, {
		side: "target", name: column.name, note: column.computed ? describeColumn(column.computed) : (column.type === null ? "new" : shortType(column.type)), inKey: false, isChanged: false, isComputed: column.computed !== null,
		isLinked: column.source !== null, isArmed: false, isChosen: column.source === null ? chosenTarget === column.name : chosenSource === column.source, canAccept: armed !== null, mayEdit,
		onPick: picks.onPickTarget, onUnlink: picks.onUnlink, onMove: picks.onMove, linkedTo: column.source,
	})));
	return [...sources, ...targets];
}

const edgeBase = { focusable: false, selectable: false };

/* Lines between nodes that are drawn. */
export function buildEdges({ mapping, chosen }: Drawn, suggestions: Suggestion[], nodes: ColumnNodeType[]): Edge[] {
	const ids = new Set(nodes.map((node) => node.id));
	const lines = mapping.targets.flatMap((target): Edge[] => {
		if (target.source === null) return [];
		const isChosen = chosen?.side === "source" && target.source === chosen.name;
		return [{ ...edgeBase, id: `${target.source}→${target.name}`, source: `s:${target.source}`, target: `t:${target.name}`, zIndex: isChosen ? 1 : 0, style: { stroke: isChosen ? "var(--brand)" : "var(--teal)", strokeWidth: isChosen ? 2.5 : 1.5 } }];
	});
	const likely = suggestions.map(({ source, target, score }): Edge => ({
		...edgeBase, id: `${source}⇢${target}`, source: `s:${source}`, target: `t:${target}`, label: `${Math.round(score * 100)}%`, zIndex: 1,
		style: { stroke: "var(--warn)", strokeWidth: 1.5, strokeDasharray: "5 4" },
		labelStyle: { fill: "var(--ink)", fontSize: 11, fontWeight: 500 }, labelBgStyle: { fill: "var(--surface)" }, labelBgPadding: [4, 2], labelBgBorderRadius: 4,
	}));
	return [...lines, ...likely].filter((edge) => ids.has(edge.source) && ids.has(edge.target));
}
