/* The frame of a step: title, saved or not, back and next in view. Who may not edit sees everything and changes nothing (editable.tsx). */
import { useNavigate } from "@tanstack/react-router";
import { ArrowLeft, ArrowRight, Check, LoaderCircle, TriangleAlert } from "@/ui/icons";
import { useEffect, type ReactNode } from "react";
import { Problem } from "@/api/client";
import { useMayIn } from "@/api/session";
import type { Project } from "@/api/types";
import { steps } from "@/layout/steps";
import { Button } from "@/ui/button";
import { Loading, Notice, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { ConflictTrouble } from "./conflict-dialog";
import type { DraftHandle, SaveState } from "./draft";

function SaveNote({ state }: { state: SaveState }) {
	const looks: Record<SaveState["kind"], { icon: ReactNode; text: string }> = {
		saved: { icon: <Check className="text-ok-text" />, text: "Saved" },
		waiting: { icon: <LoaderCircle />, text: "Changes are being saved…" },
		saving: { icon: <LoaderCircle className="animate-spin" />, text: "Saving…" },
		conflict: { icon: <TriangleAlert className="text-warn-text" />, text: "Not saved: changed by somebody else" },
		failed: { icon: <TriangleAlert className="text-bad-text" />, text: "Not saved" },
	};
	const look = looks[state.kind];
	return <span role="status" className="inline-flex items-center gap-1.5 [&_svg]:size-4">{look.icon}{look.text}</span>;
}

function SaveTrouble({ draft, project }: { draft: DraftHandle; project: Project }) {
	if (draft.state.kind === "conflict") return <ConflictTrouble draft={draft} project={project} />;
	if (draft.state.kind === "failed") return <ProblemNotice error={draft.state.error} onRetry={() => void draft.flush()} />;
	return null;
}

interface WizardPageProps { step: number; draft: DraftHandle; lead: string; children: (project: Project) => ReactNode; aside?: ReactNode; extra?: ReactNode; canGoOn?: boolean; isFilling?: boolean; width?: "normal" | "narrow" | "full"; note?: ReactNode }

export function WizardPage({ step, draft, lead, children, aside, extra, canGoOn = true, isFilling, width, note }: WizardPageProps) {
	const navigate = useNavigate();
	const { project, query } = draft;
	const mayEdit = useMayIn(project, "operator");
	/* What could not be saved, since the session had ended, say, is tried again when the step is shown again. */
	useEffect(() => {
		if (draft.state.kind === "failed") void draft.flush();
	}, []);
	useEffect(() => {
		const warn = (event: BeforeUnloadEvent) => {
			if (draft.state.kind !== "saved") event.preventDefault();
		};
		window.addEventListener("beforeunload", warn);
		return () => window.removeEventListener("beforeunload", warn);
	}, [draft.state]);
	const info = steps.find((s) => s.number === step);
	const reachable = steps.filter((s) => s.to !== null);
	const at = reachable.findIndex((s) => s.number === step);
	const previous = reachable[at - 1];
	const next = reachable[at + 1];
	const go = (to: (typeof reachable)[number] | undefined) => {
		if (!to?.to || !project) return;
		void draft.flush();
		void navigate({ to: to.to, params: { projectId: project.id } });
	};
	if (!project) {
		const isGone = query.error instanceof Problem && query.error.status === 404;
		return query.isPending ? <Loading /> : <Page title="Project"><ProblemNotice error={query.error} onRetry={isGone ? undefined : () => void query.refetch()} /></Page>;
	}
	return (
		<Page
			title={info?.label ?? ""}
			lead={lead}
			aside={aside}
			isFilling={isFilling}
			width={width}
			note={<span className="flex flex-wrap gap-x-4">{mayEdit && <SaveNote state={draft.state} />}{note}</span>}
			actions={
				<>
					{previous && <Button onClick={() => go(previous)}><ArrowLeft aria-hidden />Back</Button>}
					{extra}
					{next && <Button variant="primary" disabled={!canGoOn} onClick={() => go(next)}>{next.label}<ArrowRight aria-hidden /></Button>}
				</>
			}
		>
			<SaveTrouble draft={draft} project={project} />
			{!mayEdit && <Notice title="You can look, but not change">Projects are changed by operators and administrators. Rows of the databases are for them, too.</Notice>}
			{children(project)}
		</Page>
	);
}
