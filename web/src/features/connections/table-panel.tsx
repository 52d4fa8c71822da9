/* One table of a connection: columns, keys and indexes, rows, DDL. */
import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "@/ui/icons";
import { useState } from "react";
import { rowsQuery, tableQuery } from "@/api/connections";
import { useMay } from "@/api/session";
import type { ColumnInfo, TableDetail, TableSummary } from "@/api/types";
import { plural, qualified } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { DataGrid, Value, type GridColumn } from "@/ui/data-grid";
import { Loading, ProblemNotice } from "@/ui/notice";
import { Sql } from "@/ui/sql";
import { Tabs } from "@/ui/tabs";

const columns: GridColumn<ColumnInfo>[] = [
	{ key: "name", header: "Column", cell: (c) => <span className="inline-flex items-center gap-1.5 font-medium">{c.name}{c.in_key && <KeyRound className="size-3.5 text-brand-text" aria-label="key" />}</span> },
	{ key: "type", header: "Type", cell: (c) => <code className="font-mono text-xs">{c.native_type}</code> },
	{ key: "null", header: "NULL", cell: (c) => (c.is_nullable ? "yes" : "no") },
	{ key: "default", header: "Default", cell: (c) => (c.is_auto_increment ? <Badge>counts up</Badge> : c.is_generated ? <Badge>generated</Badge> : c.default === null ? "" : <code className="font-mono text-xs">{c.default}</code>) },
	{ key: "comment", header: "Comment", cell: (c) => c.comment ?? "" },
];

function Rows({ connectionId, table }: { connectionId: string; table: TableSummary }) {
	const sample = useQuery(rowsQuery(connectionId, table.schema, table.name));
	if (sample.isPending) return <Loading />;
	if (sample.isError) return <ProblemNotice error={sample.error} onRetry={() => void sample.refetch()} />;
	if (sample.data.rows.length === 0) return <p className="py-6 text-center text-sm text-muted">The table has no rows.</p>;
	const shown = sample.data.columns.map((name, i): GridColumn<(string | null)[]> => ({
		key: `${i}`, header: name, className: "whitespace-nowrap truncate font-mono text-xs", cell: (row) => <Value value={row[i] ?? null} />,
	}));
	return <DataGrid label={`Rows of ${table.name}`} rows={sample.data.rows} keyOf={(_, index) => index} columns={shown} className="max-h-[28rem] rounded-control border" />;
}

function Keys({ detail }: { detail: TableDetail }) {
	if (detail.indexes.length === 0 && detail.foreign_keys.length === 0) return <p className="py-6 text-center text-sm text-muted">No indexes and no foreign keys.</p>;
	return (
		<ul className="flex flex-col gap-2 text-[13px]">
			{detail.indexes.map((index) => <li key={index.name} className="flex flex-wrap gap-2"><span className="font-medium">{index.name}</span><span className="text-muted">({index.columns.join(", ")})</span>{index.is_unique && <Badge>unique</Badge>}</li>)}
			{detail.foreign_keys.map((key) => (
				<li key={key.name} className="flex flex-wrap gap-2">
					<span className="font-medium">{key.name}</span>
					<span className="text-muted">({key.columns.join(", ")}) references {qualified(key.references.schema, key.references.name)} ({key.references.columns.join(", ")})</span>
				</li>
			))}
		</ul>
	);
}

export function TablePanel({ connectionId, table }: { connectionId: string; table: TableSummary }) {
	const [tab, setTab] = useState("columns");
	const maySeeRows = useMay("operator");
	const detail = useQuery(tableQuery(connectionId, table.schema, table.name));
	if (detail.isPending) return <Loading />;
	if (detail.isError) return <ProblemNotice error={detail.error} onRetry={() => void detail.refetch()} />;
	return (
		<div className="flex flex-col gap-2">
			<div>
				<h2 className="text-base font-semibold break-all">{qualified(table.schema, table.name)}</h2>
				<p className="text-[13px] text-muted">{table.rows >= 0 ? `about ${plural(table.rows, "row")}, ` : ""}{plural(detail.data.columns.length, "column")}{detail.data.comment ? `. ${detail.data.comment}` : ""}</p>
			</div>
			<Tabs
				label="Parts of the table"
				value={tab}
				onChange={setTab}
				tabs={[
					{ value: "columns", label: "Columns", content: <DataGrid label="Columns" columns={columns} rows={detail.data.columns} keyOf={(c) => c.name} className="rounded-control border" /> },
					...(maySeeRows ? [{ value: "rows", label: "Rows", content: <Rows connectionId={connectionId} table={table} /> }] : []),
					{ value: "keys", label: "Keys and indexes", content: <Keys detail={detail.data} /> },
					...(detail.data.ddl ? [{ value: "ddl", label: "DDL", content: <Sql text={detail.data.ddl} /> }] : []),
				]}
			/>
		</div>
	);
}
