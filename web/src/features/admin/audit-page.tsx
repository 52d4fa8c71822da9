/* The audit log: who did what, when, from where. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Download } from "@/ui/icons";
import { auditQuery, useAuditExport, type AuditFilter } from "@/api/admin";
import type { AuditEntry } from "@/api/types";
import { startOfDay, startOfNextDay } from "@/lib/days";
import { saveFile } from "@/lib/file";
import { formatExact, formatTime } from "@/lib/format";
import { Button } from "@/ui/button";
import { DataGrid, type GridColumn } from "@/ui/data-grid";
import { Field, Input } from "@/ui/field";
import { Loading, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { Panel } from "@/ui/panel";
import { toast } from "@/ui/toast";

function detailText(detail: AuditEntry["detail"]): string {
	if (detail === null) return "";
	return typeof detail === "string" ? detail : JSON.stringify(detail);
}

const columns: GridColumn<AuditEntry>[] = [
	{ key: "at", header: "When", className: "whitespace-nowrap", cell: (e) => <time dateTime={e.at} title={formatExact(e.at)}>{formatTime(e.at)}</time> },
	{ key: "user", header: "Who", cell: (e) => <span className="font-medium">{e.user ?? "nobody"}</span> },
	{ key: "action", header: "What", cell: (e) => <code className="font-mono text-xs">{e.action}</code> },
	{ key: "object", header: "On", className: "font-mono text-xs whitespace-nowrap", cell: (e) => e.object ?? "" },
	{ key: "detail", header: "Detail", className: "min-w-48 break-words text-muted", cell: (e) => detailText(e.detail) },
	{ key: "address", header: "From", className: "font-mono text-xs whitespace-nowrap", cell: (e) => e.address ?? "" },
];

export function AuditPage() {
	const search = useSearch({ from: "/admin/audit" });
	const navigate = useNavigate({ from: "/admin/audit" });
	const filter: AuditFilter = { user: search.user, action: search.action, from: search.from && startOfDay(search.from), to: search.to && startOfNextDay(search.to) };
	const audit = useQuery(auditQuery(filter, search.cursor));
	const whole = useAuditExport();
	const onExport = () => whole.mutate(filter, { onSuccess: (file) => saveFile(file, "ferry-audit.ndjson"), onError: (error) => toast(error.message, "bad") });
	const set = (change: Partial<typeof search>) => void navigate({ search: (old) => ({ ...old, cursor: undefined, ...change }), replace: true });
	const field = (name: "user" | "action" | "from" | "to", label: string, type = "text", placeholder?: string) => (
		<Field label={label} className="w-40">{(control) => <Input {...control} type={type} placeholder={placeholder} value={search[name] ?? ""} onChange={(e) => set({ [name]: e.target.value || undefined })} />}</Field>
	);
	return (
		<Page
			title="Audit"
			lead="Every change and every look at data. Nothing can be changed here, by anybody."
			aside={<Button isBusy={whole.isPending} onClick={onExport}><Download aria-hidden />Export</Button>}
		>
			<div className="flex flex-wrap gap-3">{field("user", "Who", "text", "everybody")}{field("action", "What", "text", "everything")}{field("from", "From", "date")}{field("to", "To", "date")}</div>
			<ProblemNotice error={audit.error} onRetry={() => void audit.refetch()} />
			{audit.isPending && <Loading />}
			{audit.data && (
				<Panel bodyClassName="p-0">
					{audit.data.items.length > 0 ? <DataGrid label="Audit log" columns={columns} rows={audit.data.items} keyOf={(e) => e.id} /> : <p className="p-8 text-center text-sm text-muted">Nothing in the log is like that. Widen the filters.</p>}
				</Panel>
			)}
			<div className="flex justify-end gap-2">
				{search.cursor && <Button onClick={() => set({})}>Newest</Button>}
				{audit.data?.next_cursor && <Button onClick={() => set({ cursor: audit.data.next_cursor ?? undefined })}>Older</Button>}
			</div>
		</Page>
	);
}
