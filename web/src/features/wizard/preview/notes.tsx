/* What is converted, looks different, or is lost: the worst first. */
import { useMemo, useState } from "react";
import type { Plan, PlanNote } from "@/api/types";
import { plural } from "@/lib/format";
import { Badge, type Tone } from "@/ui/badge";
import { CircleCheck } from "@/ui/icons";
import { Empty } from "@/ui/notice";
import { Segmented } from "@/ui/toggle";
import { VirtualList } from "@/ui/virtual-list";

const order: PlanNote["severity"][] = ["loss", "warning", "info"];
const tones: Record<PlanNote["severity"], Tone> = { loss: "bad", warning: "warn", info: "neutral" };

export function Notes({ plan }: { plan: Plan }) {
	const [severity, setSeverity] = useState<PlanNote["severity"] | "all">("all");
	const sorted = useMemo(() => [...plan.notes].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity)), [plan.notes]);
	const shown = severity === "all" ? sorted : sorted.filter((note) => note.severity === severity);
	const count = (s: PlanNote["severity"]) => plan.notes.filter((note) => note.severity === s).length;
	if (plan.notes.length + plan.not_converted.length === 0) return <Empty icon={<CircleCheck />} title="Nothing is lost">Every type and object has its like on the other side. Where something is converted, looks different or cannot be had, it stands here, the worst first.</Empty>;
	return (
		<div className="flex flex-col gap-3">
			<Segmented
				label="Severity"
				value={severity}
				onChange={setSeverity}
				className="self-start"
				choices={[{ value: "all", label: `All ${plan.notes.length}` }, { value: "loss", label: `Losses ${count("loss")}` }, { value: "warning", label: `Warnings ${count("warning")}` }, { value: "info", label: `Notes ${count("info")}` }]}
			/>
			{plan.not_converted.length > 0 && (
				<details className="rounded-panel border bg-surface px-4 py-2.5 text-sm">
					<summary className="font-medium">{plural(plan.not_converted.length, "object")} of the source are not converted</summary>
					<ul className="mt-2 flex flex-col gap-1 text-[13px] text-muted">{plan.not_converted.slice(0, 500).map((object, i) => <li key={i}>{object.kind} {object.name ?? object.object}</li>)}</ul>
				</details>
			)}
			<VirtualList
				label="Notes of the plan"
				items={shown}
				rowHeight={76}
				keyOf={(_, i) => i}
				className="h-[26rem] rounded-panel border bg-surface"
				empty={<p className="p-6 text-center text-sm text-muted">{severity === "loss" ? "Nothing is lost." : "Nothing to tell."}</p>}
				render={(note) => (
					<div className="flex h-full items-center gap-3 border-b px-4 text-[13px]">
						<Badge tone={tones[note.severity]} className="w-18 justify-center">{note.severity}</Badge>
						<div className="min-w-0">
							<p className="truncate font-medium">{note.object}</p>
							<p className="line-clamp-2 text-muted" title={note.text}>{note.text}</p>
						</div>
					</div>
				)}
			/>
		</div>
	);
}
