/* The crossing: source on one bank, target on the other, and how much is over. */
import type { Execution } from "@/api/types";
import { placeOf } from "@/lib/url";
import { ProgressBar } from "@/ui/progress";
import { toneOf } from "./state";

export function Crossing({ execution }: { execution: Execution }) {
	const percent = execution.progress.percent;
	return (
		<div className="grid grid-cols-[minmax(0,auto)_minmax(4rem,1fr)_minmax(0,auto)] items-center gap-3 text-[13px]">
			<span className="truncate font-mono text-xs" title={execution.source.url}>{placeOf(execution.source.url)}</span>
			<div className="flex items-center gap-2">
				<ProgressBar value={percent} tone={toneOf(execution)} label={`Progress of ${execution.project_name}`} className="h-2 flex-1" />
				<span className="w-12 text-right font-semibold">{percent >= 100 ? "100" : percent.toFixed(1)}%</span>
			</div>
			<span className="truncate text-right font-mono text-xs" title={execution.target.url}>{placeOf(execution.target.url)}</span>
		</div>
	);
}
