/* One connection: its tables at a glance. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Pencil, PlugZap, Table2 } from "@/ui/icons";
import { useMemo } from "react";
import { connectionQuery, tablesQuery, useTestConnection } from "@/api/connections";
import { useMay } from "@/api/session";
import type { TableSummary } from "@/api/types";
import { cn } from "@/lib/cn";
import { formatBytes, formatShort, plural, qualified } from "@/lib/format";
import { Button } from "@/ui/button";
import { Empty, Loading, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { Search } from "@/ui/search";
import { VirtualList } from "@/ui/virtual-list";
import { TablePanel } from "./table-panel";
import { TestResult } from "./test-result";

function TableRow({ table, isChosen, onChoose }: { table: TableSummary; isChosen: boolean; onChoose: () => void }) {
	return (
		<button
			type="button"
			onClick={onChoose}
			aria-pressed={isChosen}
			className={cn("flex h-full w-full items-center justify-between gap-3 border-b px-3 text-left text-[13px] -outline-offset-2 hover:bg-sunken", isChosen && "bg-brand-soft hover:bg-brand-soft")}
		>
			<span className="min-w-0 truncate font-medium">{qualified(table.schema, table.name)}{table.kind === "view" && <span className="font-normal text-muted"> view</span>}</span>
			<span className="flex shrink-0 text-right text-xs text-muted"><span className="w-12">{formatShort(table.rows)}</span>{table.bytes >= 0 && <span className="w-16">{formatBytes(table.bytes)}</span>}</span>
		</button>
	);
}

export function ConnectionPage() {
	const { connectionId } = useParams({ from: "/connections/$connectionId" });
	const { search = "", table: chosenName } = useSearch({ from: "/connections/$connectionId" });
	const navigate = useNavigate({ from: "/connections/$connectionId" });
	const connection = useQuery(connectionQuery(connectionId));
	const tables = useQuery(tablesQuery(connectionId));
	const test = useTestConnection();
	const mayEdit = useMay("operator");
	const shown = useMemo(() => {
		const needle = search.toLowerCase();
		return (tables.data ?? []).filter((t) => qualified(t.schema, t.name).toLowerCase().includes(needle));
	}, [tables.data, search]);
	const chosen = tables.data?.find((t) => qualified(t.schema, t.name) === chosenName) ?? null;
	const total = (tables.data ?? []).reduce((sum, t) => sum + Math.max(0, t.rows), 0);
	const choose = (t: TableSummary) => void navigate({ search: (old) => ({ ...old, table: qualified(t.schema, t.name) }), replace: true });
	return (
		<Page
			title={connection.data?.name ?? "Connection"}
			lead={connection.data && <span className="font-mono text-xs break-all">{connection.data.url}</span>}
			isFilling
			aside={
				<>
					{mayEdit && <Button onClick={() => test.mutate(connectionId)} isBusy={test.isPending}><PlugZap aria-hidden />Test</Button>}
					{mayEdit && <Button asChild><Link to="/connections/$connectionId/edit" params={{ connectionId }}><Pencil aria-hidden />Edit</Link></Button>}
				</>
			}
		>
			<ProblemNotice error={connection.error ?? test.error} />
			{test.data && <TestResult test={test.data} />}
			<ProblemNotice error={tables.error} onRetry={() => void tables.refetch()} />
			{tables.isPending && <Loading label="Reading the schema…" />}
			{tables.data?.length === 0 && <Empty icon={<Table2 />} title="This database has no tables">As a target that is fine: Ferry creates the tables. As a source, see whether the URL names the right database.</Empty>}
			{tables.data && tables.data.length > 0 && (
				<div className="grid min-h-0 flex-1 gap-4 lg:grid-cols-[20rem_1fr]">
					<div className="flex max-h-[50dvh] min-h-64 flex-col rounded-panel border bg-surface lg:max-h-none">
						<div className="flex flex-col gap-2 border-b p-3">
							<Search label="Search tables" value={search} onChange={(text) => void navigate({ search: (old) => ({ ...old, search: text || undefined }), replace: true })} />
							<p className="text-xs text-muted">{plural(tables.data.length, "table")}, about {formatShort(total)} rows</p>
						</div>
						<VirtualList label="Tables" items={shown} rowHeight={36} keyOf={(t) => qualified(t.schema, t.name)} className="flex-1" empty={<p className="p-4 text-sm text-muted">No table is called like that.</p>}
							render={(t) => <TableRow table={t} isChosen={t === chosen} onChoose={() => choose(t)} />} />
					</div>
					<div className="thin-scroll min-h-0 min-w-0 overflow-auto rounded-panel border bg-surface p-4">
						{chosen ? <TablePanel key={chosenName} connectionId={connectionId} table={chosen} /> : <p className="grid h-full min-h-40 place-items-center text-sm text-muted">Choose a table to see its columns and rows.</p>}
					</div>
				</div>
			)}
		</Page>
	);
}
