/* Executions in a list: state, project, when, how many rows. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { isLive, progressOf } from "@/api/executions";
import type { Execution } from "@/api/types";
import { formatAgo, formatExact, formatSeconds, formatShort, secondsBetween } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { ProgressBar } from "@/ui/progress";
import { StateBadge, toneOf } from "./state";

function ExecutionRow({ execution, lead, tail }: { execution: Execution; lead?: ReactNode; tail?: ReactNode }) {
	const seconds = secondsBetween(execution.started_at, execution.ended_at);
	const p = progressOf(execution);
	return (
		<li className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-2.5 hover:bg-sunken">
			{lead}
			<div className="w-auto sm:w-40"><StateBadge execution={execution} /></div>
			<div className="min-w-0 flex-1 basis-full sm:basis-48">
				<Link to="/executions/$executionId" params={{ executionId: execution.id }} className="block truncate text-sm font-medium hover:text-brand-text hover:underline">
					{execution.project_name}{execution.dry_run && <Badge className="ml-2">dry run</Badge>}
				</Link>
				<p className="truncate text-xs text-muted">{execution.error && !isLive(execution) ? execution.error.message : `version ${execution.project_version}, started by ${execution.user}`}</p>
			</div>
			<div className="w-auto min-w-24 text-[13px] text-muted sm:w-36 sm:text-right">
				{isLive(execution) ? <ProgressBar value={p.percent} tone={toneOf(execution)} label={`Progress of ${execution.project_name}`} /> : `${formatShort(p.rows)} rows`}
			</div>
			<div className="text-[13px] text-muted sm:w-20 sm:text-right">{formatSeconds(seconds)}</div>
			<time className="text-[13px] text-muted sm:w-28 sm:text-right" dateTime={execution.created_at} title={formatExact(execution.created_at)}>{formatAgo(execution.created_at)}</time>
			{tail}
		</li>
	);
}

interface RowsProps { executions: Execution[]; lead?: (execution: Execution) => ReactNode; tail?: (execution: Execution) => ReactNode }

export function ExecutionRows({ executions, lead, tail }: RowsProps) {
	return (
		<ul className="divide-y">
			{executions.map((execution) => <ExecutionRow key={execution.id} execution={execution} lead={lead?.(execution)} tail={tail?.(execution)} />)}
		</ul>
	);
}
