/* The history of executions; two of them can be compared. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { GitCompareArrows, History } from "@/ui/icons";
import { useState } from "react";
import { executionsQuery } from "@/api/executions";
import { projectsQuery } from "@/api/projects";
import type { ExecutionState } from "@/api/types";
import { Button } from "@/ui/button";
import { Empty, Loading, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { Panel } from "@/ui/panel";
import { Select } from "@/ui/select";
import { Checkbox } from "@/ui/toggle";
import { ExecutionRows } from "./execution-rows";
import { stateLabel } from "./state";

const all = "all";
const states: ExecutionState[] = ["QUEUED", "RUNNING", "PAUSED", "COMPLETED", "FAILED", "CANCELLED"];

export function ExecutionsPage() {
	const search = useSearch({ from: "/executions" });
	const navigate = useNavigate({ from: "/executions" });
	const executions = useQuery({ ...executionsQuery({ state: search.state, project_id: search.project, cursor: search.cursor }), refetchInterval: 5000 });
	const projects = useQuery(projectsQuery);
	const [picked, setPicked] = useState<string[]>([]);
	const pick = (id: string, isOn: boolean) => setPicked((old) => (isOn ? [...old.slice(-1), id] : old.filter((p) => p !== id)));
	const set = (change: Partial<typeof search>) => void navigate({ search: (old) => ({ ...old, cursor: undefined, ...change }) });
	const isFiltered = search.state !== undefined || search.project !== undefined;
	const [first, second] = picked;
	return (
		<Page
			title="Executions"
			lead="Everything that ran, newest first. Tick two to compare them."
			note={first && second ? "Two are ticked." : first ? "Tick one more to compare." : null}
			actions={picked.length > 0 && (
				<Button variant="primary" disabled={!second} onClick={() => first && second && void navigate({ to: "/executions/compare", search: { a: first, b: second } })}><GitCompareArrows aria-hidden />Compare</Button>
			)}
			aside={
				<>
					<Select aria-label="State" className="w-40" value={search.state ?? all} onChange={(value) => set({ state: value === all ? undefined : (value as ExecutionState) })} choices={[{ value: all, label: "Every state" }, ...states.map((value) => ({ value, label: stateLabel(value) }))]} />
					<Select aria-label="Project" className="w-52" value={search.project ?? all} onChange={(value) => set({ project: value === all ? undefined : value })} choices={[{ value: all, label: "Every project" }, ...(projects.data ?? []).map((p) => ({ value: p.id, label: p.name }))]} />
				</>
			}
		>
			<ProblemNotice error={executions.error} onRetry={() => void executions.refetch()} />
			{executions.isPending && <Loading />}
			{executions.data?.items.length === 0 && (
				<Empty icon={<History />} title={isFiltered ? "None is like that" : "Nothing has run yet"} actions={isFiltered ? <Button onClick={() => void navigate({ search: {} })}>Show all</Button> : <Button asChild variant="primary"><Link to="/projects">Choose a project</Link></Button>}>
					{isFiltered ? "No execution fits these filters." : "A migration is started in the last step of its project. Each run is kept here with its log, results and report."}
				</Empty>
			)}
			{executions.data && executions.data.items.length > 0 && (
				<Panel bodyClassName="p-0">
					<ExecutionRows executions={executions.data.items} lead={(e) => <Checkbox label={`Compare ${e.project_name} of ${e.created_at}`} checked={picked.includes(e.id)} onChange={(isOn) => pick(e.id, isOn)} />} />
				</Panel>
			)}
			{(search.cursor || executions.data?.next_cursor) && (
				<div className="flex justify-end gap-2">
					{search.cursor && <Button onClick={() => set({})}>Newest</Button>}
					{executions.data?.next_cursor && <Button onClick={() => set({ cursor: executions.data.next_cursor ?? undefined })}>Older</Button>}
				</div>
			)}
		</Page>
	);
}
