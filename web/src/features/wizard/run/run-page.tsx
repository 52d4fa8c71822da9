/* Step 6: start it, or go to the one that runs. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { FlaskConical, Play, Ship } from "@/ui/icons";
import { useState } from "react";
import { Problem } from "@/api/client";
import { connectionsQuery } from "@/api/connections";
import { executionsQuery, isLive, useStart } from "@/api/executions";
import { useMayEdit } from "../editable";
import type { Connection, Project } from "@/api/types";
import { ExecutionRows } from "@/features/executions/execution-rows";
import { Button } from "@/ui/button";
import { Empty, Notice, ProblemNotice } from "@/ui/notice";
import { Facts, Panel } from "@/ui/panel";
import { useDraft } from "../draft";
import { WizardPage } from "../wizard-page";

const existing: Record<string, string> = { fail: "the run stops before anything is changed", drop: "it is dropped and created again", truncate: "it is emptied", append: "rows are added", merge: "rows are merged by key" };
const verifying: Record<string, string> = { full: "every row, on both sides", sample: "a sample", counts: "the numbers of rows", none: "nothing" };

function Agenda({ project, connections }: { project: Project; connections: Connection[] | undefined }) {
	const options = project.document.options ?? {};
	const name = (id: string | null) => connections?.find((c) => c.id === id)?.name ?? "not chosen";
	const what = options.schema_only ? "the schema, no rows" : options.data_only ? "rows only" : "schema and rows";
	return (
		<Panel title="What will be done">
			<Facts items={[
				["From", name(project.source_connection_id)],
				["To", name(project.target_connection_id)],
				["What", `${what}${options.incremental ? ", those past the last mark" : ""}`],
				["Where a table exists", existing[options.if_exists ?? "fail"] ?? ""],
				["Compared after", verifying[options.verify ?? "full"] ?? ""],
				["Version", project.version],
			]} />
		</Panel>
	);
}

/* crypto.randomUUID is missing on plain HTTP from another host. */
function newKey(): string {
	return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function RunPage() {
	const { projectId } = useParams({ from: "/projects/$projectId/run" });
	const navigate = useNavigate();
	const draft = useDraft(projectId);
	const mayStart = useMayEdit();
	const start = useStart();
	const connections = useQuery(connectionsQuery);
	const history = useQuery({ ...executionsQuery({ project_id: projectId }, 10), refetchInterval: 5000 });
	/* One key until an answer comes: a second click, or a lost answer, starts nothing twice. */
	const [key, setKey] = useState(newKey);
	const running = history.data?.items.find(isLive);
	const project = draft.project;
	const isReady = Boolean(mayStart && project?.source_connection_id && project.target_connection_id && !running);
	const begin = async (isDry: boolean) => {
		if (!(await draft.flush())) return;
		start.mutate({ project_id: projectId, dry_run: isDry, key: `${key}-${isDry ? "dry" : "run"}` }, {
			onSuccess: (execution) => void navigate({ to: "/executions/$executionId", params: { executionId: execution.id } }),
			onError: (error) => error instanceof Problem && error.status > 0 && setKey(newKey()),
		});
	};
	return (
		<WizardPage
			step={6}
			draft={draft}
			lead="Start it and watch every table cross. You can pause, close the browser, and come back."
			extra={mayStart && (
				<>
					<Button onClick={() => void begin(true)} disabled={!isReady} isBusy={start.isPending && start.variables.dry_run}><FlaskConical aria-hidden />Dry run</Button>
					<Button variant="primary" onClick={() => void begin(false)} disabled={!isReady} isBusy={start.isPending && !start.variables.dry_run}><Play aria-hidden />Start migration</Button>
				</>
			)}
		>
			{(shown) => (
				<>
					<ProblemNotice error={start.error} />
					{running && <Notice title="It is on its way" action={<Button size="sm" variant="primary" onClick={() => void navigate({ to: "/executions/$executionId", params: { executionId: running.id } })}>Watch</Button>}>One execution of a project runs at a time.</Notice>}
					<Agenda project={shown} connections={connections.data} />
					{history.data?.items.length === 0 ? (
						<Empty icon={<Ship />} title="It has not run yet">A dry run does all but write: it reads, transforms and tells what would be rejected.</Empty>
					) : (
						<Panel title="Executions of this project" bodyClassName="p-0">{history.data && <ExecutionRows executions={history.data.items} />}</Panel>
					)}
				</>
			)}
		</WizardPage>
	);
}
