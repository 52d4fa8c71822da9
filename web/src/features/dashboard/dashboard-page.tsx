/* What runs, what failed, how fast, and where to begin. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus, Ship } from "@/ui/icons";
import { summaryQuery } from "@/api/executions";
import { useOverallLive } from "@/api/live";
import { useMay } from "@/api/session";
import type { Summary } from "@/api/types";
import { ExecutionRows } from "@/features/executions/execution-rows";
import { formatBytes, formatShort, plural } from "@/lib/format";
import { Button } from "@/ui/button";
import { Empty, Loading, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { Panel, Stat } from "@/ui/panel";
import { FirstSteps } from "./first-steps";
import { RunningCard } from "./running-card";

function Totals({ summary }: { summary: Summary }) {
	const { by_state: by } = summary.executions;
	const active = (by.RUNNING ?? 0) + (by.QUEUED ?? 0);
	return (
		<div className="grid grid-cols-2 gap-px overflow-hidden rounded-panel border bg-line lg:grid-cols-4 [&>*]:bg-surface [&>*]:p-4">
			<Stat label="Running" value={active} note={by.PAUSED ? `${by.PAUSED} paused` : "none paused"} />
			<Stat label="Throughput now" value={`${formatShort(summary.throughput.rows_per_second)} rows/s`} note={`${formatBytes(summary.throughput.bytes_per_second)}/s`} />
			<Stat label="Moved so far" value={`${formatShort(summary.totals.rows)} rows`} note={formatBytes(summary.totals.bytes)} />
			<Stat label="Failed" value={by.FAILED ?? 0} note={`of ${plural(summary.totals.executions, "execution")}`} />
		</div>
	);
}

function NothingYet() {
	return (
		<Empty icon={<Ship />} title="Nothing has run yet" actions={<Button asChild><Link to="/projects">Projects</Link></Button>}>
			Operators start migrations. As soon as one runs, you can follow it here and read its report.
		</Empty>
	);
}

function Everything({ summary }: { summary: Summary }) {
	const { running, failed, recent } = summary.executions;
	const mayEdit = useMay("operator");
	if (summary.totals.executions === 0) return mayEdit ? <FirstSteps summary={summary} /> : <NothingYet />;
	return (
		<>
			<Totals summary={summary} />
			{running.length > 0 && <div className="grid gap-4 md:grid-cols-2">{running.map((execution) => <RunningCard key={execution.id} execution={execution} />)}</div>}
			{failed.length > 0 && <Panel title="Needs a look" bodyClassName="p-0"><ExecutionRows executions={failed} /></Panel>}
			<Panel title="Recent executions" bodyClassName="p-0" aside={<Link to="/executions" className="text-[13px] font-medium text-brand-text hover:underline">All executions</Link>}>
				<ExecutionRows executions={recent} />
			</Panel>
		</>
	);
}

export function DashboardPage() {
	const summary = useQuery(summaryQuery);
	useOverallLive();
	const mayEdit = useMay("operator");
	return (
		<Page title="Dashboard" lead="What runs, what failed, and what has crossed." aside={mayEdit && summary.data && summary.data.totals.executions > 0 && <Button asChild variant="primary"><Link to="/projects" search={{ new: true }}><Plus aria-hidden />New project</Link></Button>}>
			<ProblemNotice error={summary.error} onRetry={() => void summary.refetch()} />
			{summary.isPending && <Loading />}
			{summary.data && <Everything summary={summary.data} />}
		</Page>
	);
}
