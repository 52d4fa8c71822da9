/* Step 1: from where to where, and which tables. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Cable, FileCode, Table2 } from "@/ui/icons";
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";
import { tablesQuery } from "@/api/connections";
import { suggestQuery } from "@/api/projects";
import type { TableEntry } from "@/api/document";
import { useMayEdit } from "../editable";
import type { Project, SourceTable, SuggestedTable, TableSummary } from "@/api/types";
import { isView, keepQuery, keyOf, queryTables, selectedKeys, withMember } from "@/lib/document";
import { formatBytes, formatCount, formatShort, plural } from "@/lib/format";
import { Button } from "@/ui/button";
import { Empty, Loading, ProblemNotice } from "@/ui/notice";
import { useDebounced } from "@/lib/hooks";
import { toast } from "@/ui/toast";
import { useDraft, type DraftHandle } from "../draft";
import { Editable } from "../editable";
import { WizardPage } from "../wizard-page";
import { placesOf, tableNamesQuery, useTableNames } from "../names";
import { Endpoints } from "./endpoints";
import { applyMatches, SURE } from "./match";
import { QueryDialog } from "./query-dialog";
import type { TargetRow } from "./rows";
import { TableGrid } from "./table-grid";
import { Toolbar, type Shown } from "./toolbar";

function useMatches(project: Project, draft: DraftHandle, real: TableSummary[]) {
	const client = useQueryClient();
	const [isMatching, setIsMatching] = useState(false);
	const suggestion = useQuery(suggestQuery(project.id, false));
	const matches = useMemo(() => new Map((suggestion.data?.tables ?? []).map((table) => [table.source, table] as [string, SuggestedTable])), [suggestion.data]);
	const match = async (tables: { schema: string | null; name: string }[]) => {
		setIsMatching(true);
		try {
			await draft.flush();
			const found = await client.fetchQuery({ ...suggestQuery(project.id, true), staleTime: 0 });
			const ruled = placesOf(await client.fetchQuery(tableNamesQuery(project, real)));
			let n = 0;
			draft.editDocument((old) => {
				const matched = applyMatches(old, tables, found.tables, ruled);
				n = matched.n;
				return matched.document;
			});
			const nShown = found.tables.filter((table) => table.target && table.score < SURE).length;
			const shown = nShown > 0 ? `${plural(nShown, "table")} might go to one of a like name: click the percentage to take it.` : null;
			toast(n > 0 ? `${plural(n, "table")} matched with what is in the target` : "The target has no table of the same name", "ok", shown ?? (n > 0 ? null : "Ferry creates the tables."));
		} catch (error) {
			toast(error instanceof Error ? error.message : String(error), "bad");
		} finally {
			setIsMatching(false);
		}
	};
	return { matches, match, isMatching };
}

/* What is searched is in the address, too, a moment later: at each keystroke that would draw the whole page. */
function useSearched() {
	const { search: kept = "" } = useSearch({ from: "/projects/$projectId/tables" });
	const navigate = useNavigate({ from: "/projects/$projectId/tables" });
	const [search, setSearch] = useState(kept);
	const settled = useDebounced(search, 400);
	useEffect(() => {
		if (settled !== kept) void navigate({ search: settled ? { search: settled } : {}, replace: true });
	}, [settled]);
	return { search, setSearch, needle: useDeferredValue(search).toLowerCase() };
}

function Tables({ project, draft }: { project: Project; draft: DraftHandle }) {
	const { search, setSearch, needle } = useSearched();
	const tables = useQuery(tablesQuery(project.source_connection_id));
	const [shown, setShown] = useState<Shown>("all");
	const { document } = project;
	const { editDocument } = draft;
	const mayEdit = useMayEdit();
	const [asking, setAsking] = useState<{ entry: TableEntry | null } | null>(null);
	const real = useMemo(() => (tables.data ?? []).filter((table) => !isView(table)), [tables.data]);
	const { matches, match, isMatching } = useMatches(project, draft, real);
	const ruled = useTableNames(project, tables.data && real);
	const nViews = (tables.data ?? []).length - real.length;
	const all = useMemo((): SourceTable[] => [...queryTables(document), ...real], [document, real]);
	const ask = useCallback((row: TargetRow) => setAsking({ entry: row.entry }), []);
	const chosen = useMemo(() => selectedKeys(document, all), [document, all]);
	const visible = useMemo(() => {
		return all.filter((t) => keyOf(t).toLowerCase().includes(needle) && (shown === "all" || chosen.has(keyOf(t)) === (shown === "chosen")));
	}, [all, needle, shown, chosen]);
	if (tables.isPending) return <Loading label="Reading the source's schema…" />;
	if (tables.isError) return <ProblemNotice error={tables.error} onRetry={() => void tables.refetch()} />;
	const dialog = asking && (
		<QueryDialog
			projectId={project.id}
			existing={asking.entry}
			takenNames={new Set([...real.flatMap((t) => [t.name.toLowerCase(), keyOf(t).toLowerCase()]), ...queryTables(document).map((t) => t.name.toLowerCase())])}
			onSave={(entry) => { editDocument((old) => keepQuery(old, real, asking.entry, entry)); setAsking(null); }}
			onClose={() => setAsking(null)}
		/>
	);
	if (all.length === 0) {
		return (
			<>
				<Empty icon={<Table2 />} title="The source has no tables" actions={mayEdit && <Button onClick={() => setAsking({ entry: null })}><FileCode aria-hidden />Add query</Button>}>See whether its connection names the right database.</Empty>
				{dialog}
			</>
		);
	}
	const taken = all.filter((t) => chosen.has(keyOf(t)));
	const sum = (pick: (t: (typeof all)[number]) => number) => taken.reduce((total, t) => total + Math.max(0, pick(t)), 0);
	return (
		<section aria-label="Tables" className="flex min-h-96 flex-1 flex-col overflow-hidden rounded-panel border bg-surface">
			<Toolbar
				search={search}
				onSearch={setSearch}
				shown={shown}
				onShown={setShown}
				names={document.identifiers ?? "keep"}
				onNames={(names) => draft.editDocument((old) => withMember(old, "identifiers", names === "keep" ? undefined : names))}
				onMatch={() => void match(taken.filter((t) => t.kind !== "query"))}
				isMatching={isMatching}
				canMatch={project.target_connection_id !== null}
				onQuery={() => setAsking({ entry: null })}
				mayEdit={mayEdit}
			/>
			<TableGrid document={document} all={all} shown={visible} chosen={chosen} matches={matches} ruled={ruled} mayEdit={mayEdit} onEdit={editDocument} onQuery={ask} />
			<p className="border-t px-3 py-2 text-[13px] text-muted" role="status">
				{formatCount(taken.length)} of {plural(all.length, "table")} taken: about {formatShort(sum((t) => t.rows))} rows{sum((t) => t.bytes) > 0 ? `, ${formatBytes(sum((t) => t.bytes))}` : ""}
				{nViews > 0 && `. ${plural(nViews, "view")}: the rows of a view are copied by a query (Add query)`}
			</p>
			{dialog}
		</section>
	);
}

export function SelectPage() {
	const { projectId } = useParams({ from: "/projects/$projectId/tables" });
	const draft = useDraft(projectId);
	const mayEdit = useMayEdit();
	const isReady = Boolean(draft.project?.source_connection_id && draft.project.target_connection_id);
	return (
		<WizardPage step={1} draft={draft} lead="Which tables cross, and what they are called on the other side." canGoOn={isReady} isFilling note={isReady ? null : "Choose a source and a target to go on."}>
			{(project) => (
				<>
					<Editable><Endpoints project={project} draft={draft} /></Editable>
					{project.source_connection_id ? <Tables project={project} draft={draft} /> : (
						<Empty icon={<Cable />} title="Where is the data?" actions={mayEdit && <Button asChild><Link to="/connections/new">New connection</Link></Button>}>
							Choose the connection that holds it as the source. Its tables are then listed here, with rows and sizes, and all of them are taken until you say otherwise.
						</Empty>
					)}
				</>
			)}
		</WizardPage>
	);
}
