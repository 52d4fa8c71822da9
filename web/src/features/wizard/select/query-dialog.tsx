/* A query of the project's own as a source: its name, its SQL, its key, and what it gives, looked at before it is kept. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { TableEntry } from "@/api/document";
import { fetchPreview } from "@/api/projects";
import { listOf } from "@/lib/document";
import { Button } from "@/ui/button";
import { DataGrid, Value, type GridColumn } from "@/ui/data-grid";
import { Dialog } from "@/ui/dialog";
import { Field, Input, TextArea } from "@/ui/field";
import { Notice, ProblemNotice } from "@/ui/notice";

interface Props { projectId: string; existing: TableEntry | null; takenNames: Set<string>; onSave: (entry: TableEntry) => void; onClose: () => void }

function splitNames(text: string): string[] {
	return text.split(",").map((name) => name.trim()).filter(Boolean);
}

/* What stands under the fields: the first rows, or what the source said of the SQL. */
function Result({ trial }: { trial: ReturnType<typeof useTrial> }) {
	if (trial.isError) return <ProblemNotice error={trial.error} />;
	const preview = trial.data;
	if (!preview) return null;
	const columns = preview.columns_before.map((column, i): GridColumn<(string | null)[]> => ({
		key: `${i}`, className: "whitespace-nowrap truncate font-mono text-xs", cell: (row) => <Value value={row[i] ?? null} />,
		header: <>{column.name} <span className="font-mono text-[11px] font-normal">{column.type}</span></>,
	}));
	if (preview.rows.length === 0) return <Notice title="It works, and gives no row">Its columns: {preview.columns_before.map((column) => column.name).join(", ")}.</Notice>;
	return <DataGrid label="First rows of the query" rows={preview.rows.map((row) => row.before)} keyOf={(_, i) => i} columns={columns} className="max-h-56 rounded-control border" />;
}

function useTrial(projectId: string) {
	return useMutation({
		mutationFn: ({ source, query = "", key = [] }: TableEntry) => fetchPreview(projectId, { table: source }, { version: 1, tables: [{ source, query, ...(key.length > 0 ? { key } : {}) }] }),
	});
}

export function QueryDialog({ projectId, existing, takenNames, onSave, onClose }: Props) {
	const [name, setName] = useState(existing?.source ?? "");
	const [sql, setSql] = useState(existing?.query ?? "");
	const [key, setKey] = useState(listOf(existing?.key).join(", "));
	const trial = useTrial(projectId);
	const trimmed = name.trim();
	const nameError = trimmed !== existing?.source && takenNames.has(trimmed.toLowerCase()) ? "A table or another query has this name." : /[*?.]/.test(trimmed) ? "Without dots, * and ?." : null;
	const isReady = trimmed !== "" && sql.trim() !== "" && nameError === null;
	const entry = (): TableEntry => {
		const { key: _, ...rest } = existing ?? { source: trimmed };
		const keys = splitNames(key);
		return { ...rest, source: trimmed, query: sql.trim().replace(/;\s*$/, ""), ...(keys.length > 0 ? { key: keys.length === 1 ? (keys[0] ?? "") : keys } : {}) };
	};
	return (
		<Dialog
			isOpen
			onClose={onClose}
			title={existing ? `Query ${existing.source}` : "New query"}
			description="A SELECT in the source's own SQL. Its result crosses like a table."
			className="w-[min(48rem,calc(100vw-2rem))]"
			actions={
				<>
					<Button onClick={onClose}>Cancel</Button>
					<Button onClick={() => trial.mutate(entry())} disabled={!isReady} isBusy={trial.isPending}>Try it</Button>
					<Button variant="primary" type="submit" form="query" disabled={!isReady}>{existing ? "Keep query" : "Add query"}</Button>
				</>
			}
		>
			<form id="query" className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); if (isReady) onSave(entry()); }}>
				<div className="grid gap-4 sm:grid-cols-2">
					<Field label="Name" isRequired help="What the result is called here, and in the target unless you say otherwise." error={nameError}>{(control) => <Input {...control} value={name} onChange={(e) => setName(e.target.value)} placeholder="orders_by_customer" autoFocus={!existing} />}</Field>
					<Field label="Key" help="Columns that identify a row. With a key the result is read in chunks, and can be merged.">{(control) => <Input {...control} value={key} onChange={(e) => setKey(e.target.value)} placeholder="customer_id" />}</Field>
				</div>
				<Field label="SELECT" isRequired help="One statement that reads. Try it shows its first rows.">{(control) => <TextArea {...control} rows={7} value={sql} onChange={(e) => setSql(e.target.value)} placeholder={"SELECT customer_id, count(*) AS n\nFROM orders\nGROUP BY customer_id"} />}</Field>
				<Result trial={trial} />
			</form>
		</Dialog>
	);
}
