/* Step 2: which column goes where, and what happens to it on the way. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Columns3, Plus, Settings } from "@/ui/icons";
import { useMemo, useState } from "react";
import { tablesQuery } from "@/api/connections";
import type { Project } from "@/api/types";
import { applyChanges, isView, keyOf, queryTables, selectedKeys } from "@/lib/document";
import { plural } from "@/lib/format";
import { Button } from "@/ui/button";
import { Input } from "@/ui/field";
import { Empty, Loading, ProblemNotice } from "@/ui/notice";
import { Search } from "@/ui/search";
import { useDraft, type DraftHandle } from "../draft";
import { buildRows, type TargetRow } from "../select/rows";
import { Editable } from "../editable";
import { WizardPage } from "../wizard-page";
import { useTableNames, type PlaceOf } from "../names";
import { ColumnInspector } from "./column-inspector";
import { filterMapping } from "./columns";
import { MappingFlow } from "./flow";
import { MappingPreview } from "./mapping-preview";
import { TableDialog } from "./table-dialog";
import { TableList } from "./table-list";
import { useMapping, type MappingHandle } from "./use-mapping";

function newName(mapping: MappingHandle): string {
	const taken = new Set(mapping.mapping.targets.map((target) => target.name.toLowerCase()));
	let n = 1;
	while (taken.has(`new_column_${n}`)) n++;
	return `new_column_${n}`;
}

function Drawing({ mapping, row, target }: { mapping: MappingHandle; row: TargetRow; target: string }) {
	const [search, setSearch] = useState("");
	const [isAsking, setAsking] = useState(false);
	const shown = useMemo(() => filterMapping(mapping.mapping, search), [mapping.mapping, search]);
	const likely = useMemo(() => mapping.suggestions.filter(({ source, target: to }) => shown.sources.some((s) => s.name === source) && shown.targets.some((t) => t.name === to)), [mapping.suggestions, shown]);
	if (mapping.source.isPending) return <Loading label="Reading columns…" />;
	if (mapping.source.error) return <ProblemNotice error={mapping.source.error} onRetry={mapping.source.refetch} className="m-3" />;
	if (!mapping.source.columns) return <p className="p-6 text-center text-sm text-muted">The columns of a query are for operators and administrators.</p>;
	const n = mapping.mapping.sources.length;
	return (
		<div className="flex min-h-0 flex-1 flex-col" onKeyDown={(event) => event.key === "Escape" && mapping.disarm()}>
			<div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-3 py-2 text-[13px]">
				<div className="min-w-0 flex-1 leading-snug">
					<p className="truncate font-semibold" title={row.key}>{row.key}</p>
					<p className="text-muted [overflow-wrap:anywhere]">{plural(n, "column")} to {target}, {mapping.existing ? "a table that is there" : "a new table"}</p>
				</div>
				{mapping.mayEdit && <Button size="sm" onClick={() => setAsking(true)}><Settings aria-hidden />Table options</Button>}
				{mapping.mayEdit && <Button size="sm" onClick={() => mapping.addComputed({ target: newName(mapping), transform: [{ constant: "" }] })}><Plus aria-hidden />New column</Button>}
			</div>
			<div className="flex flex-wrap items-center gap-2 border-b px-3 py-2">
				<Search label="Search columns" value={search} onChange={setSearch} className="min-w-44 flex-1" />
				{row.table.kind !== "query" && <Input aria-label="Only rows where (SQL)" placeholder="Only rows where… (SQL)" className="w-44 min-w-44 flex-1 font-mono text-xs" disabled={!mapping.mayEdit} value={row.entry?.where ?? ""} onChange={(event) => mapping.setWhere(event.target.value)} />}
			</div>
			{mapping.suggestions.length > 0 && mapping.mayEdit && (
				<div className="flex flex-wrap items-center justify-between gap-2 border-b bg-warn-soft px-3 py-2 text-[13px]">
					<p className="min-w-0">{plural(mapping.suggestions.length, "column")} of a like name: see the dashed lines.</p>
					<Button size="sm" onClick={() => mapping.connectAll(mapping.suggestions)}>Draw {mapping.suggestions.length === 1 ? "it" : "all of them"}</Button>
				</div>
			)}
			<p role="status" className="sr-only">{mapping.armed ? `${mapping.armed}: now choose a target column` : ""}</p>
			<div className="thin-scroll min-h-0 flex-1 overflow-y-auto p-3">
				<MappingFlow
					mapping={shown}
					suggestions={likely}
					chosen={mapping.chosen}
					armed={mapping.armed}
					mayEdit={mapping.mayEdit}
					onPickSource={mapping.pickSource}
					onPickTarget={mapping.pickTarget}
					onConnect={mapping.connect}
					onUnlink={mapping.unlink}
				/>
				{isAsking && (
					<TableDialog
						title={`Options of ${row.key}`}
						entry={row.entry ?? { source: row.key }}
						isQuery={row.table.kind === "query"}
						onSave={(before, after) => { mapping.editEntry((now) => applyChanges(now, before, after)); setAsking(false); }}
						onClose={() => setAsking(false)}
					/>
				)}
				{search && shown.sources.length + shown.targets.length === 0 && <p className="p-6 text-center text-sm text-muted">No column is called like that.</p>}
			</div>
		</div>
	);
}

function Mapper({ project, draft, rows, ruled }: { project: Project; draft: DraftHandle; rows: TargetRow[]; ruled: PlaceOf }) {
	const { entry: wanted } = useSearch({ from: "/projects/$projectId/columns" });
	const navigate = useNavigate({ from: "/projects/$projectId/columns" });
	const row = rows.find((r) => r.id === wanted) ?? rows.find((r) => r.key === wanted?.split("#")[0]) ?? rows[0] ?? null;
	const mapping = useMapping(project, draft, row, row && ruled(row.table));
	const choose = (id: string) => {
		mapping.choose(null);
		mapping.disarm();
		void navigate({ search: { entry: id }, replace: true });
	};
	if (!row) return null;
	const targetOf = (r: TargetRow) => r.entry?.target ?? ruled(r.table)?.name ?? "";
	return (
		<>
			<div className="grid min-h-0 gap-4 lg:grid-cols-[13rem_minmax(0,1fr)] xl:h-[clamp(24rem,58dvh,46rem)] xl:grid-cols-[14rem_minmax(0,1fr)_20rem]">
				<TableList rows={rows} targetOf={targetOf} chosen={row.id} onChoose={choose} />
				<section aria-label="Columns" className="flex h-[28rem] min-h-0 min-w-0 flex-col overflow-hidden rounded-panel border bg-surface xl:h-auto"><Drawing key={row.id} mapping={mapping} row={row} target={targetOf(row)} /></section>
				<section aria-label="Chosen column" className="thin-scroll min-h-0 overflow-y-auto rounded-panel border bg-surface p-4 lg:col-span-2 xl:col-span-1" tabIndex={0}><Editable><ColumnInspector mapping={mapping} /></Editable></section>
			</div>
			{mapping.mayEdit && <MappingPreview key={row.id} projectId={project.id} document={project.document} row={row} mapping={mapping.mapping} chosen={mapping.chosen} />}
		</>
	);
}

function Content({ project, draft }: { project: Project; draft: DraftHandle }) {
	const tables = useQuery(tablesQuery(project.source_connection_id));
	const { document } = project;
	const real = useMemo(() => tables.data?.filter((table) => !isView(table)), [tables.data]);
	const ruled = useTableNames(project, real);
	const rows = useMemo(() => {
		const all = [...queryTables(document), ...(real ?? [])];
		const chosen = selectedKeys(document, all);
		return buildRows(document, all.filter((t) => chosen.has(keyOf(t))), new Map());
	}, [document, real]);
	if (!project.source_connection_id || (tables.data && rows.length === 0)) {
		return (
			<Empty icon={<Columns3 />} title="No table takes part yet" actions={<Button asChild variant="primary"><Link to="/projects/$projectId/tables" params={{ projectId: project.id }}>Select tables</Link></Button>}>
				Columns are mapped table by table. Choose source and tables first.
			</Empty>
		);
	}
	if (tables.isPending) return <Loading label="Reading the source's schema…" />;
	if (tables.isError) return <ProblemNotice error={tables.error} onRetry={() => void tables.refetch()} />;
	return <Mapper project={project} draft={draft} rows={rows} ruled={ruled} />;
}

export function MapPage() {
	const { projectId } = useParams({ from: "/projects/$projectId/columns" });
	const draft = useDraft(projectId);
	return (
		<WizardPage step={2} draft={draft} width="full" lead="Columns go to those of the same name unless you draw another line.">
			{(project) => <Content project={project} draft={draft} />}
		</WizardPage>
	);
}
