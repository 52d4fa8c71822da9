/* Ten rows of a table, before and after. */
import { useQuery } from "@tanstack/react-query";
import type { Document } from "@/api/document";
import { previewQuery } from "@/api/projects";
import type { Plan, PlanTable } from "@/api/types";
import { qualified } from "@/lib/format";
import { Loading, ProblemNotice } from "@/ui/notice";
import { Panel } from "@/ui/panel";
import { Search } from "@/ui/search";
import { Select } from "@/ui/select";
import { useMemo, useState } from "react";
import { PreviewGrid } from "../preview-grid";

/* Each is drawn with the page, so that the closed list can tell its choice. */
const most = 50;

export interface ChosenPair { table: string | undefined; target: string | undefined }

const sourceOf = (table: PlanTable) => qualified(table.source.schema, table.source.name);
const targetOf = (table: PlanTable) => qualified(table.target.schema, table.target.name);
const idOf = (table: PlanTable) => `${sourceOf(table)} → ${targetOf(table)}`;

/* A list that can be opened and read; among thousands of tables the search finds the right ones. */
function TablePicker({ tables, chosen, onChoose }: { tables: PlanTable[]; chosen: PlanTable; onChoose: (pair: ChosenPair) => void }) {
	const [search, setSearch] = useState("");
	const fitting = useMemo(() => tables.filter((table) => idOf(table).toLowerCase().includes(search.toLowerCase())), [tables, search]);
	const shown = fitting.slice(0, most);
	if (!shown.includes(chosen)) shown.unshift(chosen);
	const choose = (id: string) => {
		const table = tables.find((t) => idOf(t) === id);
		if (table) onChoose({ table: sourceOf(table), target: targetOf(table) });
	};
	return (
		<div className="flex min-w-0 flex-wrap items-center gap-2">
			{tables.length > 20 && <Search label="Search tables" value={search} onChange={setSearch} className="w-44" />}
			<Select aria-label="Table" className="w-72 max-w-full" value={idOf(chosen)} onChange={choose} choices={shown.map((table) => ({ value: idOf(table), label: sourceOf(table) === targetOf(table) ? sourceOf(table) : idOf(table) }))} />
			{fitting.length > most && <span className="text-xs text-muted">the first {most} of {fitting.length}</span>}
		</div>
	);
}

export function RowPreview({ projectId, document, plan, chosen, onChoose }: { projectId: string; document: Document; plan: Plan; chosen: ChosenPair; onChoose: (pair: ChosenPair) => void }) {
	const planned = plan.tables.find((t) => sourceOf(t) === chosen.table && (!chosen.target || targetOf(t) === chosen.target)) ?? plan.tables[0] ?? null;
	const preview = useQuery(previewQuery(projectId, planned && { table: sourceOf(planned), target: targetOf(planned) }, document));
	if (!planned) return <p className="p-6 text-center text-sm text-muted">No table takes part.</p>;
	return (
		<Panel title="Ten rows, before and after" bodyClassName="p-0" aside={<TablePicker tables={plan.tables} chosen={planned} onChoose={onChoose} />}>
			{preview.isPending && <Loading />}
			<ProblemNotice error={preview.error} onRetry={() => void preview.refetch()} className="m-3" />
			{preview.data && <PreviewGrid preview={preview.data} sourceOf={(target) => planned.columns.find((column) => column.target === target)?.source ?? null} />}
		</Panel>
	);
}
