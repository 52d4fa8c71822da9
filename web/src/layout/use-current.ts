/* What the open page is about: the project of a wizard's step or of an execution, the step, and how far it is. */
import { useQuery } from "@tanstack/react-query";
import { useLocation, useParams } from "@tanstack/react-router";
import { executionQuery, isLive, progressOf } from "@/api/executions";
import { projectQuery } from "@/api/projects";
import type { Execution } from "@/api/types";
import type { Tone } from "@/ui/badge";
import { stepOf, steps } from "./steps";

export interface Current { projectId: string | null; projectName: string | null; step: number | null; percent: number; label: string; tone: Tone; execution: Execution | null }

export function useCurrent(): Current {
	const params = useParams({ strict: false });
	const { pathname } = useLocation();
	const executionId = "executionId" in params ? params.executionId : undefined;
	const shown = useQuery({ ...executionQuery(executionId ?? ""), enabled: executionId !== undefined }).data ?? null;
	const projectId = ("projectId" in params ? params.projectId : undefined) ?? shown?.project_id ?? null;
	const project = useQuery({ ...projectQuery(projectId ?? ""), enabled: projectId !== null }).data;
	const step = executionId !== undefined ? 6 : stepOf(pathname);
	const execution = shown ?? (project?.last_execution && isLive(project.last_execution) ? project.last_execution : null);
	const name = project?.name ?? shown?.project_name ?? null;
	if (execution) {
		const tone: Tone = execution.state === "FAILED" ? "bad" : execution.state === "COMPLETED" ? "ok" : "brand";
		return { projectId, projectName: name, step, percent: progressOf(execution).percent, label: "Progress of the execution", tone, execution };
	}
	const done = step === null ? 0 : (steps.filter((info) => info.to !== null && info.number < step).length / 5) * 100;
	return { projectId, projectName: name, step, percent: done, label: "Progress through the steps", tone: "brand", execution: null };
}
