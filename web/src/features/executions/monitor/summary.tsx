/* How far, how fast, how long. */
import { isLive, progressOf } from "@/api/executions";
import type { Execution } from "@/api/types";
import { formatBytes, formatCount, formatSeconds, formatShort } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { Stat } from "@/ui/panel";
import { Crossing } from "../crossing";

export function Summary({ execution }: { execution: Execution }) {
	const live = isLive(execution);
	const now = useNow(1000, live);
	const p = progressOf(execution);
	const start = execution.started_at ? new Date(execution.started_at).getTime() : null;
	const end = execution.ended_at ? new Date(execution.ended_at).getTime() : now;
	const seconds = start === null ? null : Math.max(0, (end - start) / 1000);
	const average = seconds ? p.rows / Math.max(seconds, 0.001) : 0;
	return (
		<section aria-label="Progress" className="rounded-panel border bg-surface p-4">
			<Crossing execution={execution} />
			<div className="mt-4 grid grid-cols-2 gap-x-4 gap-y-4 sm:grid-cols-3 xl:grid-cols-6">
				<Stat label="Rows" value={formatCount(p.rows)} note={p.rows_total > 0 && p.rows !== p.rows_total ? `of about ${formatCount(p.rows_total)}` : undefined} />
				<Stat label="Volume" value={formatBytes(p.bytes)} note={live ? `${formatBytes(p.bytes_per_second)}/s` : undefined} />
				<Stat label={live ? "Rows per second" : "Rows per second, average"} value={formatShort(live ? p.rows_per_second : average)} note={live ? `${formatShort(average)} on average` : undefined} />
				<Stat label="Tables" value={`${formatCount(p.tables_done)} of ${formatCount(p.tables_total)}`} note={live && execution.stage ? `stage: ${execution.stage}` : undefined} />
				<Stat label="Time" value={formatSeconds(seconds)} note={live && p.eta_seconds !== null ? `about ${formatSeconds(p.eta_seconds)} left` : undefined} />
				<Stat label="Rejected rows" value={p.rejected > 0 ? <span className="text-warn-text">{formatCount(p.rejected)}</span> : "0"} note={execution.attempt > 1 ? `attempt ${execution.attempt}` : undefined} />
			</div>
		</section>
	);
}
