/* Rows that did not cross, and why; each can be looked at whole. */
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { apiUrl } from "@/api/client";
import { isLive, mostRejects, rejectsQuery } from "@/api/executions";
import type { Execution, Reject } from "@/api/types";
import { formatCount } from "@/lib/format";
import { useMedia } from "@/lib/hooks";
import { CircleCheck, Download, TableProperties } from "@/ui/icons";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Value } from "@/ui/data-grid";
import { Empty, Loading, ProblemNotice } from "@/ui/notice";
import { Search } from "@/ui/search";
import { VirtualTable, type VirtualColumn } from "@/ui/virtual-table";
import { RejectDialog, valueText } from "./reject-dialog";

type Numbered = Reject & { n: number };

function columnsOf(onOpen: (reject: Numbered) => void): VirtualColumn<Numbered>[] {
	return [
		{ id: "table", header: "Table", width: "minmax(6rem,1fr)", sort: (r) => r.table, cell: (r) => <span className="block truncate font-medium" title={r.table}>{r.table}</span> },
		{ id: "key", header: "Key", width: "minmax(5rem,0.8fr)", isWideOnly: true, sort: (r) => r.key ?? "", cell: (r) => <span className="block truncate font-mono text-xs" title={r.key ?? undefined}>{r.key ?? "none"}</span> },
		{ id: "column", header: "Column", width: "minmax(5rem,0.8fr)", isWideOnly: true, sort: (r) => r.column ?? "", cell: (r) => (r.column === null ? <span className="text-muted">the row</span> : <span className="block truncate" title={r.column}>{r.column}</span>) },
		{ id: "kind", header: "Kind", width: "8.5rem", isWideOnly: true, sort: (r) => r.kind, cell: (r) => <Badge tone="warn">{r.kind}</Badge> },
		{ id: "reason", header: "Reason", width: "minmax(8rem,1.6fr)", sort: (r) => r.reason, cell: (r) => <span className="block truncate" title={r.reason}>{r.reason}</span> },
		{ id: "value", header: "Value", width: "minmax(5rem,1fr)", isWideOnly: true, cell: (r) => <span className="block truncate font-mono text-xs">{r.value === undefined ? "" : <Value value={valueText(r)} />}</span> },
		{ id: "open", header: <span className="sr-only">Whole row</span>, width: "2rem", cell: (r) => <IconButton label={`Whole row, ${r.key ?? r.n + 1}`} size="icon-sm" isInRow onClick={() => onOpen(r)}><TableProperties /></IconButton> },
	];
}

function fits(reject: Reject, needle: string): boolean {
	return `${reject.table} ${reject.key ?? ""} ${reject.column ?? ""} ${reject.kind} ${reject.reason} ${valueText(reject) ?? ""}`.toLowerCase().includes(needle);
}

export function RejectsTab({ execution, count }: { execution: Execution; count: number }) {
	const isWide = useMedia("(min-width: 768px)");
	const rejects = useQuery({ ...rejectsQuery(execution.id), refetchInterval: isLive(execution) ? 5000 : false });
	const [search, setSearch] = useState("");
	const [open, setOpen] = useState<Numbered | null>(null);
	const columns = useMemo(() => columnsOf(setOpen), []);
	const shown = useMemo(() => (rejects.data ?? []).map((reject, n): Numbered => ({ ...reject, n })).filter((reject) => fits(reject, search.toLowerCase())), [rejects.data, search]);
	if (rejects.isPending) return <Loading />;
	if (rejects.isError) return <ProblemNotice error={rejects.error} onRetry={() => void rejects.refetch()} />;
	if (rejects.data.length === 0) return <Empty icon={<CircleCheck />} title="No row was rejected">A row that the target cannot hold would be kept here, with its key and the reason. What becomes of bad values is said in the step Pipeline.</Empty>;
	const n = Math.max(count, rejects.data.length);
	return (
		<div className="flex h-[30rem] flex-col overflow-hidden rounded-panel border bg-surface">
			<div className="flex flex-wrap items-center gap-2 border-b p-3">
				<Search label="Search rejected rows" value={search} onChange={setSearch} className="min-w-40 flex-1" />
				<span className="text-xs text-muted">{rejects.data.length >= mostRejects ? `the first ${formatCount(mostRejects)} of ${formatCount(n)}; the file has all` : `${formatCount(n)} rows`}</span>
				<Button asChild><a href={apiUrl(`/executions/${execution.id}/rejects/download`)} download><Download aria-hidden />Download</a></Button>
			</div>
			<VirtualTable<Numbered> label="Rejected rows" columns={columns} rows={shown} keyOf={(r) => r.n} isWide={isWide} className="flex-1" empty="None is like that." />
			{open && <RejectDialog reject={open} onClose={() => setOpen(null)} />}
		</div>
	);
}
