/* The crossing: source on one bank, target on the other, and how much is over. */
import { progressOf } from "@/api/executions";
import type { Endpoint, Execution } from "@/api/types";
import { placeOf } from "@/lib/url";
import { ProgressBar } from "@/ui/progress";
import { toneOf } from "./state";

function nameOf(endpoint: Endpoint): string {
	return endpoint.name || placeOf(endpoint.url);
}

export function Crossing({ execution }: { execution: Execution }) {
	const percent = progressOf(execution).percent;
	return (
		<div className="grid grid-cols-[minmax(0,auto)_minmax(4rem,1fr)_minmax(0,auto)] items-center gap-3 text-[13px]">
			<span className="truncate font-medium" title={execution.source.url}>{nameOf(execution.source)}</span>
			<div className="flex items-center gap-2">
				<ProgressBar value={percent} tone={toneOf(execution)} label={`Progress of ${execution.project_name}`} className="h-2 flex-1" />
				<span className="w-12 text-right font-semibold">{percent >= 100 ? "100" : percent.toFixed(1)}%</span>
			</div>
			<span className="truncate text-right font-medium" title={execution.target.url}>{nameOf(execution.target)}</span>
		</div>
	);
}
