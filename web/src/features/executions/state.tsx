/* An execution's state and outcome in words and colour. */
import { Ban, Check, CirclePause, Clock, LoaderCircle, TriangleAlert, X } from "@/ui/icons";
import type { ReactNode } from "react";
import type { Execution, ExecutionState, Outcome } from "@/api/types";
import { Badge, type Tone } from "@/ui/badge";

const states: Record<ExecutionState, { tone: Tone; label: string; icon: ReactNode }> = {
	QUEUED: { tone: "neutral", label: "Queued", icon: <Clock aria-hidden /> },
	RUNNING: { tone: "brand", label: "Running", icon: <LoaderCircle className="animate-spin" aria-hidden /> },
	PAUSED: { tone: "warn", label: "Paused", icon: <CirclePause aria-hidden /> },
	COMPLETED: { tone: "ok", label: "Completed", icon: <Check aria-hidden /> },
	FAILED: { tone: "bad", label: "Failed", icon: <X aria-hidden /> },
	CANCELLED: { tone: "neutral", label: "Cancelled", icon: <Ban aria-hidden /> },
};

const outcomes: Record<Outcome, { tone: Tone; label: string } | null> = {
	verified: { tone: "ok", label: "Verified" },
	rejected: { tone: "warn", label: "With rejected rows" },
	different: { tone: "bad", label: "Sides differ" },
	objects: { tone: "warn", label: "Some objects failed" },
	failed: null,
	cancelled: null,
};

export function toneOf(execution: Execution): Tone {
	if (execution.state === "COMPLETED" && execution.outcome) return outcomes[execution.outcome]?.tone ?? "ok";
	return states[execution.state].tone;
}

export function stateLabel(state: ExecutionState): string {
	return states[state].label;
}

const wishes: Record<NonNullable<Execution["wanted"]>, string> = { pause: "Pausing", cancel: "Cancelling", clean_up: "Cleaning up" };

/* What was asked for, while it is not done yet: chunks in flight take their time. */
export function wishOf(execution: Execution): string | null {
	return execution.wanted && (execution.state === "RUNNING" || execution.state === "QUEUED") ? wishes[execution.wanted] : null;
}

export function StateBadge({ execution }: { execution: Execution }) {
	const wish = wishOf(execution);
	if (wish) return <Badge tone="warn"><LoaderCircle className="animate-spin" aria-hidden />{wish}</Badge>;
	const state = states[execution.state];
	const outcome = execution.outcome && execution.state === "COMPLETED" ? outcomes[execution.outcome] : null;
	const tone = outcome?.tone ?? state.tone;
	return (
		<Badge tone={tone}>
			{tone === "warn" && outcome ? <TriangleAlert aria-hidden /> : state.icon}
			{outcome ? outcome.label : state.label}
		</Badge>
	);
}
