/* Whether events come. */
import { Radio, RotateCw, WifiOff } from "@/ui/icons";
import type { LiveStatus } from "@/api/live";
import { Badge } from "@/ui/badge";

export function LiveBadge({ status }: { status: LiveStatus }) {
	if (status === "ended") return null;
	return (
		<span role="status" className="inline-flex">
			{status === "live" && <Badge tone="ok"><Radio aria-hidden />Live</Badge>}
			{status === "connecting" && <Badge><RotateCw className="animate-spin" aria-hidden />Connecting</Badge>}
			{status === "lost" && <Badge tone="warn"><WifiOff aria-hidden />Connection lost, trying again</Badge>}
		</span>
	);
}
