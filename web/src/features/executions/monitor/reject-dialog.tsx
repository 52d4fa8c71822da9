/* One rejected row: every bad value with its reason, and the row as it was to be written. */
import type { BadValue, Reject } from "@/api/types";
import { Badge } from "@/ui/badge";
import { DataGrid, Value } from "@/ui/data-grid";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/notice";

/* Bytes come as base64; told as such, since they are no text. */
export function valueText({ value, encoding }: Pick<BadValue, "value" | "encoding">): string | null {
	if (value === undefined || value === null) return null;
	return encoding === "base64" ? `base64: ${value}` : value;
}

/* A member of the row, in one of the forms of docs/rejects.md. */
function cellText(value: unknown): string | null {
	if (value === null || value === undefined) return null;
	if (typeof value !== "object") return String(value);
	const { base64, cut } = value as { base64?: string; cut?: unknown };
	return base64 !== undefined ? `base64: ${base64}` : cut !== undefined ? `only its beginning is known: ${cellText(cut) ?? ""}` : JSON.stringify(value);
}

export function RejectDialog({ reject, onClose }: { reject: Reject; onClose: () => void }) {
	const bad: BadValue[] = [reject, ...(reject.more ?? [])];
	const badColumns = new Set(bad.map((value) => value.column));
	return (
		<Dialog isOpen onClose={onClose} side="right" title={`${reject.table}, ${reject.key ?? "a row without a key"}`} description={`It was to go to ${reject.target}.`}>
			<ul className="flex flex-col gap-2">
				{bad.map((value, i) => (
					<li key={i} className="rounded-control border bg-sunken p-3 text-sm">
						<p className="flex flex-wrap items-center gap-2"><span className="font-medium">{value.column ?? "The row as a whole"}</span><Badge tone="warn">{value.kind}</Badge></p>
						<p className="mt-1 break-words">{value.reason}</p>
						{value.value !== undefined && <p className="mt-1 font-mono text-xs break-all text-muted"><Value value={valueText(value)} /></p>}
					</li>
				))}
			</ul>
			{reject.rolled_back && <Notice className="mt-3" title="Its chunk was rolled back">The limit of rejected rows was passed here. The next run reads this row again.</Notice>}
			<h3 className="mt-5 mb-2 text-sm font-semibold">The row as it was to be written</h3>
			<DataGrid
				label="The row"
				rows={Object.entries(reject.row ?? {})}
				keyOf={([name]) => name}
				className="rounded-control border"
				rowClassName={([name]) => (badColumns.has(name) ? "bg-bad-soft" : undefined)}
				columns={[
					{ key: "name", header: "Column", className: "font-medium", cell: ([name]) => name },
					{ key: "value", header: "Value", className: "break-all font-mono text-xs", cell: ([, value]) => <Value value={cellText(value)} /> },
				]}
			/>
			<p className="mt-4 text-[13px] text-muted">Correct the values in the downloaded file, then load them with <code className="font-mono text-xs">ferry load-rejects FILE TARGET</code>.</p>
		</Dialog>
	);
}
