/* The stages in their order, and how long each took. */
import { useQuery } from "@tanstack/react-query";
import { Check, CircleDashed, LoaderCircle, Minus, X } from "@/ui/icons";
import type { ReactNode } from "react";
import { isLive, stagesQuery } from "@/api/executions";
import type { Execution, Stage, StageState } from "@/api/types";
import { cn } from "@/lib/cn";
import { formatSeconds } from "@/lib/format";

const looks: Record<StageState, { icon: ReactNode; word: string; colour: string }> = {
	pending: { icon: <CircleDashed />, word: "waiting", colour: "text-faint" },
	running: { icon: <LoaderCircle className="animate-spin" />, word: "running", colour: "text-brand-text" },
	done: { icon: <Check />, word: "done", colour: "text-ok-text" },
	failed: { icon: <X />, word: "failed", colour: "text-bad-text" },
	skipped: { icon: <Minus />, word: "skipped", colour: "text-faint" },
};

/* The last stage is told of before it ends; when the execution is over, so is the stage. */
function settled(stage: Stage, execution: Execution): StageState {
	if (stage.state !== "running" || isLive(execution)) return stage.state;
	return execution.state === "COMPLETED" ? "done" : "failed";
}

function StageCard({ stage, state, isOver }: { stage: Stage; state: StageState; isOver: boolean }) {
	const look = looks[state];
	return (
		<li className={cn("-mr-px -mb-px min-w-0 border-r border-b px-3 py-2.5", state === "running" && "bg-brand-soft")}>
			<p className={cn("flex items-center gap-1.5 text-[13px] font-medium [&_svg]:size-4 [&_svg]:shrink-0", look.colour)}>
				{look.icon}
				<span className="min-w-0 leading-tight text-ink">{stage.title}</span>
			</p>
			<p className="truncate text-xs text-muted">{stage.seconds !== null && state !== "pending" ? formatSeconds(stage.seconds) : state === "pending" && isOver ? "not reached" : look.word}</p>
		</li>
	);
}

export function Stages({ execution }: { execution: Execution }) {
	const stages = useQuery({ ...stagesQuery(execution.id), refetchInterval: isLive(execution) ? 3000 : false });
	if (!stages.data) return null;
	return (
		<ol aria-label="Stages" className="grid grid-cols-2 sm:grid-cols-4 2xl:grid-cols-8 overflow-hidden rounded-panel border bg-surface">
			{stages.data.items.map((stage) => <StageCard key={stage.name} stage={stage} state={settled(stage, execution)} isOver={!isLive(execution)} />)}
		</ol>
	);
}
