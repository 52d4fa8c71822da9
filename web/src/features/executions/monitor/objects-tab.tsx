/* What became of every object: tables, keys, indexes, views … */
import { useQuery } from "@tanstack/react-query";
import { memo, useMemo, useState } from "react";
import { objectsQuery } from "@/api/executions";
import type { ObjectResult } from "@/api/types";
import { formatClock, formatSeconds } from "@/lib/format";
import { useMedia } from "@/lib/hooks";
import { Badge, type Tone } from "@/ui/badge";
import { Loading, ProblemNotice } from "@/ui/notice";
import { Search } from "@/ui/search";
import { Segmented } from "@/ui/toggle";
import { VirtualTable, type VirtualColumn } from "@/ui/virtual-table";

type Status = ObjectResult["status"];
type Numbered = ObjectResult & { n: number };
const tones: Record<Status, Tone> = { success: "ok", error: "bad", skipped: "warn" };
const rank: Status[] = ["error", "skipped", "success"];

const columns: VirtualColumn<Numbered>[] = [
	{ id: "status", header: "Result", width: "5.5rem", sort: (o) => rank.indexOf(o.status), cell: (o) => <Badge tone={tones[o.status]}>{o.status}</Badge> },
	{ id: "kind", header: "Kind", width: "7rem", isWideOnly: true, sort: (o) => o.kind, cell: (o) => <span className="text-muted">{o.kind}</span> },
	{ id: "name", header: "Object", width: "minmax(8rem,1.3fr)", sort: (o) => o.name, cell: (o) => <span className="block truncate font-medium" title={o.name}>{o.name}</span> },
	{ id: "message", header: "Message", width: "minmax(6rem,1fr)", cell: (o) => <span className="block truncate text-muted" title={o.message ?? undefined}>{o.message}</span> },
	{ id: "seconds", header: "Time", width: "5rem", isNumber: true, isWideOnly: true, sort: (o) => o.seconds, cell: (o) => formatSeconds(o.seconds) },
	{ id: "at", header: "At", width: "5rem", isNumber: true, isWideOnly: true, sort: (o) => o.at, cell: (o) => formatClock(o.at) },
];

export const ObjectsTab = memo(function ObjectsTab({ executionId }: { executionId: string }) {
	const isWide = useMedia("(min-width: 768px)");
	const objects = useQuery(objectsQuery(executionId));
	const [status, setStatus] = useState<Status | "all">("all");
	const [search, setSearch] = useState("");
	const numbered = useMemo(() => (objects.data ?? []).map((object, n): Numbered => ({ ...object, n })), [objects.data]);
	const shown = numbered.filter((o) => (status === "all" || o.status === status) && `${o.kind} ${o.name} ${o.message ?? ""}`.toLowerCase().includes(search.toLowerCase()));
	if (objects.isPending) return <Loading />;
	if (objects.isError) return <ProblemNotice error={objects.error} onRetry={() => void objects.refetch()} />;
	return (
		<div className="flex h-[30rem] flex-col overflow-hidden rounded-panel border bg-surface">
			<div className="flex flex-wrap gap-2 border-b p-3">
				<Search label="Search objects" value={search} onChange={setSearch} className="min-w-40 flex-1" />
				<Segmented label="Result" value={status} onChange={setStatus} choices={[{ value: "all", label: "All" }, { value: "error", label: "Errors" }, { value: "skipped", label: "Skipped" }, { value: "success", label: "Done" }]} />
			</div>
			<VirtualTable<Numbered> label="Results of objects" columns={columns} rows={shown} keyOf={(o) => o.n} isWide={isWide} className="flex-1" empty="None is like that, or none is done yet." />
		</div>
	);
});
