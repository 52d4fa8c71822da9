/* The graph of tasks: what waits for what. Tables beyond the largest stand together in one box. */
import { Handle, Position, ReactFlow, type Edge, type Node, type NodeProps } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useMemo } from "react";
import type { Plan } from "@/api/types";
import { formatShort, plural, qualified } from "@/lib/format";

type TaskNodeType = Node<{ title: string; note: string }, "task">;

function TaskNode({ data }: NodeProps<TaskNodeType>) {
	return (
		<div className="w-40 rounded-control border border-line-strong bg-surface px-3 py-1.5">
			<Handle type="target" position={Position.Left} className="opacity-0" isConnectable={false} />
			<p className="truncate text-[13px] font-medium">{data.title}</p>
			<p className="truncate text-xs text-muted">{data.note}</p>
			<Handle type="source" position={Position.Right} className="opacity-0" isConnectable={false} />
		</div>
	);
}

const nodeTypes = { task: TaskNode };
const largest = 7;

interface Task { id: string; title: string; note: string }

function stagesOf(plan: Plan): Task[][] {
	const n = (name: string) => plan.ddl[name]?.length ?? 0;
	const bySize = [...plan.tables].sort((a, b) => (b.estimated_rows ?? 0) - (a.estimated_rows ?? 0));
	const copies = bySize.slice(0, largest).map((t, i): Task => ({ id: `copy${i}`, title: `Copy ${qualified(t.source.schema, t.source.name)}`, note: `${plural(t.chunks, "chunk")}, ${formatShort(t.estimated_rows ?? -1)} rows` }));
	const others = bySize.slice(largest);
	if (others.length > 0) copies.push({ id: "copies", title: `Copy ${plural(others.length, "more table")}`, note: `${formatShort(others.reduce((s, t) => s + Math.max(0, t.estimated_rows ?? 0), 0))} rows` });
	const ddl = (id: string, title: string, names: string[]): Task[] => {
		const count = names.reduce((sum, name) => sum + n(name), 0);
		return count > 0 ? [{ id, title, note: plural(count, "statement") }] : [];
	};
	return [
		[{ id: "prepare", title: "Prepare", note: plural(n("schemas") + n("tables"), "statement") }],
		copies,
		ddl("keys", "Keys", ["keys"]),
		ddl("indexes", "Indexes", ["indexes"]),
		[...ddl("foreign", "Foreign keys", ["foreign_keys"]), ...ddl("checks", "Checks", ["checks"]), ...ddl("sequences", "Sequences", ["sequences"])],
		ddl("finish", "Comments, statistics", ["comments", "analyze"]),
		[{ id: "verify", title: "Verify", note: "both sides are compared" }],
		[{ id: "report", title: "Report", note: "what was done" }],
	].filter((stage) => stage.length > 0);
}

export function TaskGraph({ plan }: { plan: Plan }) {
	const stages = useMemo(() => stagesOf(plan), [plan]);
	const nodes = useMemo(() => stages.flatMap((stage, x) => stage.map((task, y): TaskNodeType => ({ id: task.id, type: "task", position: { x: x * 192, y: (y - (stage.length - 1) / 2) * 60 }, data: { title: task.title, note: task.note }, draggable: false, focusable: false }))), [stages]);
	const edges = useMemo(() => stages.slice(1).flatMap((stage, i) => (stages[i] ?? []).flatMap((from) => stage.map((to): Edge => ({ id: `${from.id}-${to.id}`, source: from.id, target: to.id, focusable: false, style: { stroke: "var(--teal)", strokeWidth: 1.5 } })))), [stages]);
	return (
		<div className="h-[30rem] rounded-panel border bg-surface" role="img" aria-label={`Tasks in order: ${stages.map((stage) => stage.map((task) => task.title).join(", ")).join("; then ")}`}>
			<ReactFlow nodes={nodes} edges={edges} nodeTypes={nodeTypes} fitView fitViewOptions={{ padding: 0.08, minZoom: 0.6, maxZoom: 1 }} minZoom={0.2} maxZoom={1.5} nodesConnectable={false} nodesFocusable={false} edgesFocusable={false} elementsSelectable={false} disableKeyboardA11y proOptions={{ hideAttribution: true }} />
		</div>
	);
}
