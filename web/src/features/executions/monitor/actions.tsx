/* What may be done to an execution in the state it is in. */
import { useNavigate } from "@tanstack/react-router";
import { CirclePause, CirclePlay, Download, Eraser, RotateCcw, Square, Trash2 } from "@/ui/icons";
import { useState } from "react";
import { apiUrl } from "@/api/client";
import { isLive, useCommand, useDeleteExecution, type Command } from "@/api/executions";
import { useMayInProject } from "@/api/projects";
import type { Execution } from "@/api/types";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { Menu } from "@/ui/menu";
import { toast } from "@/ui/toast";
import { Switch } from "@/ui/toggle";

const words: Record<Command["verb"], string> = { pause: "Pausing: chunks in flight are finished first", resume: "It goes on", cancel: "Cancelling: chunks in flight are rolled back", retry: "It runs again" };

function useOrders(execution: Execution) {
	const navigate = useNavigate();
	const command = useCommand(execution.id);
	const order = (next: Command) => command.mutate(next, {
		onSuccess: (changed) => {
			toast(words[next.verb]);
			if (changed.id !== execution.id) void navigate({ to: "/executions/$executionId", params: { executionId: changed.id } });
		},
		onError: (error) => toast(error.message, "bad", "hint" in error && typeof error.hint === "string" ? error.hint : null),
	});
	return { order, busyWith: command.isPending ? command.variables.verb : null };
}

function ReportMenu({ id }: { id: string }) {
	const url = (format: string) => apiUrl(`/executions/${id}/report`, { format });
	const open = () => window.open(url("html"), "_blank", "noopener");
	const save = (format: string) => window.location.assign(url(format));
	return <Menu trigger={<Button><Download aria-hidden />Report</Button>} actions={[{ label: "As a page (HTML)", onSelect: open }, { label: "As JSON", onSelect: () => save("json") }, { label: "As CSV", onSelect: () => save("csv") }]} />;
}

export function Actions({ execution }: { execution: Execution }) {
	const navigate = useNavigate();
	const mayAct = useMayInProject(execution.project_id, "operator");
	const { order, busyWith } = useOrders(execution);
	const drop = useDeleteExecution();
	const [question, setQuestion] = useState<"cancel" | "clean" | "delete" | null>(null);
	const [cleanUp, setCleanUp] = useState(false);
	const live = isLive(execution);
	const isPausing = execution.wanted !== null;
	const canRetry = execution.state === "FAILED" || execution.state === "CANCELLED" || (execution.state === "COMPLETED" && execution.outcome !== "verified");
	const canClean = !execution.dry_run && (execution.state === "FAILED" || execution.state === "CANCELLED");
	return (
		<>
			{!live && <ReportMenu id={execution.id} />}
			{mayAct && !live && <Button variant="ghost" onClick={() => setQuestion("delete")}><Trash2 aria-hidden />Delete</Button>}
			{mayAct && canClean && <Button variant="danger" isBusy={busyWith === "cancel"} onClick={() => setQuestion("clean")}><Eraser aria-hidden />Clean up</Button>}
			{mayAct && live && execution.wanted !== "clean_up" && <Button variant="danger" isBusy={busyWith === "cancel" || execution.wanted === "cancel"} onClick={() => setQuestion("cancel")}><Square aria-hidden />Cancel</Button>}
			{mayAct && (execution.state === "RUNNING" || execution.state === "QUEUED") && <Button variant="primary" isBusy={busyWith === "pause" || isPausing} onClick={() => order({ verb: "pause" })}><CirclePause aria-hidden />Pause</Button>}
			{mayAct && execution.state === "PAUSED" && <Button variant="primary" isBusy={busyWith === "resume"} onClick={() => order({ verb: "resume" })}><CirclePlay aria-hidden />Resume</Button>}
			{mayAct && canRetry && (
				<Menu
					trigger={<Button variant="primary" isBusy={busyWith === "retry"}><RotateCcw aria-hidden />Retry</Button>}
					actions={[{ label: "Only what is not done yet", onSelect: () => order({ verb: "retry", mode: "failed" }) }, { label: "Everything from the start", onSelect: () => order({ verb: "retry", mode: "all" }) }]}
				/>
			)}
			<Confirm isOpen={question === "cancel"} onClose={() => setQuestion(null)} title="Cancel this execution?" text="Chunks in flight are rolled back. What is in the target already stays, so that it can be retried." confirmLabel="Cancel execution" onConfirm={() => { order({ verb: "cancel", clean_up: cleanUp }); setQuestion(null); }}>
				<Switch className="mt-4" label="Also remove what it created in the target" help="Then a retry begins from nothing." checked={cleanUp} onChange={setCleanUp} />
			</Confirm>
			<Confirm isOpen={question === "clean"} onClose={() => setQuestion(null)} title="Remove what it created in the target?" text="Tables that this execution made are dropped, with the rows in them. What was there before it stays. A retry then begins from nothing." confirmLabel="Clean up" onConfirm={() => { order({ verb: "cancel", clean_up: true }); setQuestion(null); }} />
			<Confirm isOpen={question === "delete"} onClose={() => setQuestion(null)} title="Delete this execution?" text="Its log, results and report go. The databases are not touched." confirmLabel="Delete execution" isBusy={drop.isPending}
				onConfirm={() => drop.mutate(execution.id, { onSuccess: () => void navigate({ to: "/executions" }), onError: (error) => { toast(error.message, "bad"); setQuestion(null); } })} />
		</>
	);
}
