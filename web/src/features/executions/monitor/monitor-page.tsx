/* Step 6, running: one execution, live. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { executionQuery, isLive, progressOf } from "@/api/executions";
import { useLive } from "@/api/live";
import { useMayInProject } from "@/api/projects";
import type { Execution } from "@/api/types";
import { formatTime } from "@/lib/format";
import { hintForPages } from "@/lib/hint";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Loading, Notice, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { Tabs } from "@/ui/tabs";
import { StateBadge } from "../state";
import { Actions } from "./actions";
import { BadValuesNotice } from "./bad-values";
import { Charts } from "./charts";
import { LiveBadge } from "./live-badge";
import { LogTab } from "./log-tab";
import { ObjectsTab } from "./objects-tab";
import { RejectsTab } from "./rejects-tab";
import { Stages } from "./stages";
import { Summary } from "./summary";
import { TablesTab } from "./tables-tab";

function Trouble({ execution }: { execution: Execution }) {
	const mayEdit = useMayInProject(execution.project_id, "operator");
	if (execution.error) {
		const settings = mayEdit && <Button asChild size="sm"><Link to="/projects/$projectId/pipeline" params={{ projectId: execution.project_id }}>Open the pipeline</Link></Button>;
		return <Notice tone="bad" title={execution.error.message} action={settings}>{hintForPages(execution.error.hint)}</Notice>;
	}
	if (execution.outcome === "different") return <Notice tone="bad" title="Both sides differ">Sort the tables by state to see which. A retry of what is not done copies only chunks that differ.</Notice>;
	if (execution.outcome === "rejected") return <Notice tone="warn" title="Rows were rejected">Everything else crossed and was compared. {mayEdit ? "The tab Rejected rows tells which and why." : "Operators can see which and why."}</Notice>;
	if (execution.outcome === "objects") return <Notice tone="warn" title="Some objects could not be made">The tab Objects tells which and why.</Notice>;
	return null;
}

function Monitor({ execution }: { execution: Execution }) {
	const { tab = "tables" } = useSearch({ from: "/executions/$executionId" });
	const navigate = useNavigate({ from: "/executions/$executionId" });
	const maySeeRows = useMayInProject(execution.project_id, "operator");
	const live = isLive(execution);
	const status = useLive(execution.id, live);
	const { id } = execution;
	const progress = progressOf(execution);
	return (
		<Page
			title={execution.project_name}
			lead={<>Version {execution.project_version}, started {formatTime(execution.started_at ?? execution.created_at)} by {execution.user}</>}
			aside={<>{execution.dry_run && <Badge>dry run</Badge>}<LiveBadge status={status} /><StateBadge execution={execution} /></>}
			note={execution.state === "PAUSED" ? "Paused. It can be resumed also after a restart of the server." : null}
			actions={<Actions execution={execution} />}
		>
			<Trouble execution={execution} />
			<Summary execution={execution} />
			{!live && <BadValuesNotice executionId={id} />}
			<Stages execution={execution} />
			<Charts executionId={id} />
			<Tabs
				label="Details"
				value={tab}
				onChange={(next) => void navigate({ search: { tab: next }, replace: true })}
				tabs={[
					{ value: "tables", label: "Tables", count: progress.tables_total || null, content: <TablesTab executionId={id} /> },
					{ value: "log", label: "Log", content: <LogTab executionId={id} /> },
					{ value: "objects", label: "Objects", content: <ObjectsTab executionId={id} /> },
					...(maySeeRows ? [{ value: "rejects", label: "Rejected rows", count: progress.rejected || null, content: <RejectsTab execution={execution} count={progress.rejected} /> }] : []),
				]}
			/>
		</Page>
	);
}

export function MonitorPage() {
	const { executionId } = useParams({ from: "/executions/$executionId" });
	const execution = useQuery(executionQuery(executionId));
	if (execution.data) return <Monitor key={executionId} execution={execution.data} />;
	if (execution.isPending) return <Loading />;
	return <Page title="Execution"><ProblemNotice error={execution.error} onRetry={() => void execution.refetch()} /></Page>;
}
