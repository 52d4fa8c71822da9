/* Rows that did not cross, and why. */
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, Download } from "@/ui/icons";
import { apiUrl } from "@/api/client";
import { rejectsQuery } from "@/api/executions";
import type { Reject } from "@/api/types";
import { formatCount } from "@/lib/format";
import { Button } from "@/ui/button";
import { DataGrid, Value, type GridColumn } from "@/ui/data-grid";
import { Empty, Loading, ProblemNotice } from "@/ui/notice";
import { Panel } from "@/ui/panel";

const columns: GridColumn<Reject>[] = [
	{ key: "table", header: "Table", className: "whitespace-nowrap", cell: (r) => <span className="font-medium">{r.table}</span> },
	{ key: "key", header: "Key", className: "font-mono text-xs whitespace-nowrap", cell: (r) => r.key ?? "" },
	{ key: "column", header: "Column", className: "whitespace-nowrap", cell: (r) => r.column ?? "" },
	{ key: "reason", header: "Reason", cell: (r) => r.reason },
	{ key: "value", header: "Value", className: "break-all font-mono text-xs", cell: (r) => <Value value={r.value} /> },
];

export function RejectsTab({ executionId, count }: { executionId: string; count: number }) {
	const rejects = useQuery(rejectsQuery(executionId));
	if (rejects.isPending) return <Loading />;
	if (rejects.isError) return <ProblemNotice error={rejects.error} onRetry={() => void rejects.refetch()} />;
	if (rejects.data.length === 0) return <Empty icon={<CircleCheck />} title="No row was rejected">A row that the target cannot hold would be kept here, with its key and the reason. What becomes of bad values is said in the step Pipeline.</Empty>;
	return (
		<Panel
			title={`${formatCount(Math.max(count, rejects.data.length))} rejected rows`}
			bodyClassName="p-0"
			aside={<Button asChild size="sm"><a href={apiUrl(`/executions/${executionId}/rejects/download`)} download><Download aria-hidden />Download</a></Button>}
		>
			<DataGrid label="Rejected rows" columns={columns} rows={rejects.data} keyOf={(_, i) => i} className="max-h-[28rem]" />
		</Panel>
	);
}
