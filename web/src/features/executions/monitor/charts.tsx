import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { metricsQuery } from "@/api/executions";
import { formatBytes, formatShort } from "@/lib/format";
import { Chart } from "./chart";

const rows = (value: number) => formatShort(value);
const bytes = (value: number) => formatBytes(value);

export function Charts({ executionId }: { executionId: string }) {
	const points = useQuery(metricsQuery(executionId)).data?.points;
	const data = useMemo(() => {
		const list = points ?? [];
		return { times: list.map((p) => new Date(p.at).getTime() / 1000), rows: list.map((p) => p.rows_per_second), bytes: list.map((p) => p.bytes_per_second) };
	}, [points]);
	/* A run of a moment has no curve. */
	if ((data.times.at(-1) ?? 0) - (data.times[0] ?? 0) < 2) return null;
	return (
		<div className="grid gap-4 md:grid-cols-2">
			<Chart label="Rows per second" times={data.times} values={data.rows} colour="--brand" format={rows} />
			<Chart label="Bytes per second" times={data.times} values={data.bytes} colour="--teal" format={bytes} />
		</div>
	);
}
