/* The mapping of one table: what both sides have, what goes together by name, and the changes that can be made. */
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { tableQuery, tablesQuery } from "@/api/connections";
import type { ColumnEntry, TableEntry } from "@/api/document";
import { queryColumnsQuery, suggestColumnsQuery } from "@/api/projects";
import { useMayIn } from "@/api/session";
import type { Project } from "@/api/types";
import { columnOf, connectColumns, editColumn, editEntry, excludeColumn, replaceComputed, withMember } from "@/lib/document";
import { qualified } from "@/lib/format";
import { useLatest } from "@/lib/hooks";
import { findThere, placeOf, type Place } from "@/lib/place";
import type { DraftHandle } from "../draft";
import { useColumnNames } from "../names";
import type { TargetRow } from "../select/rows";
import { buildMapping, suggestionsOf } from "./columns";

/* The target table that is there already, if one is: where the plan would look for it. */
function useExisting(project: Project, row: TargetRow | null, ruled: Place | null) {
	const tables = useQuery(tablesQuery(project.target_connection_id));
	const found = row && ruled ? findThere(tables.data ?? [], placeOf(row.entry?.target, ruled)) : undefined;
	return useQuery({ ...tableQuery(project.target_connection_id, found?.schema ?? null, found?.name ?? null) }).data ?? null;
}

/* The columns of the source: a table's from its catalog, a query's as the source describes its result. */
function useSource(project: Project, row: TargetRow | null, maySeeRows: boolean) {
	const isQuery = row?.table.kind === "query";
	const table = useQuery(tableQuery(project.source_connection_id, isQuery ? null : (row?.table.schema ?? null), isQuery ? null : (row?.table.name ?? null)));
	const query = useQuery(queryColumnsQuery(project.id, isQuery && maySeeRows ? row.entry : null));
	return isQuery
		? { columns: query.data, isPending: query.isPending && maySeeRows, error: query.error, refetch: () => void query.refetch() }
		: { columns: table.data?.columns, isPending: table.isPending, error: table.error, refetch: () => void table.refetch() };
}

export interface Chosen { side: "source" | "target"; name: string }

export function useMapping(project: Project, draft: DraftHandle, row: TargetRow | null, place: Place | null) {
	const mayEdit = useMayIn(project, "operator");
	const source = useSource(project, row, mayEdit);
	const existing = useExisting(project, row, place);
	const names = useColumnNames(project, useMemo(() => source.columns?.map((column) => column.name) ?? null, [source.columns]));
	const { ruled } = names;
	const [chosen, setChosen] = useState<Chosen | null>(null);
	const [armed, setArmed] = useState<string | null>(null);
	const entry = row?.entry ?? null;
	const { columns } = source;
	const mapping = useMemo(() => buildMapping(ruled, entry, columns ?? [], existing?.columns ?? null), [ruled, entry, columns, existing]);
	const pair = row && existing && row.table.kind !== "query" ? { source: row.key, target: qualified(existing.schema, existing.name) } : null;
	const hints = useQuery(suggestColumnsQuery(project.id, pair)).data;
	const suggestions = useMemo(() => suggestionsOf(mapping, hints ?? []), [mapping, hints]);

	/* The handlers stay the same from one rendering to the next, so that columns that did not change are not drawn again. */
	const latest = useLatest({ row, ruled, mapping, armed, mayEdit, columns, entry, draft });
	const actions = useMemo(() => {
		const change = (edit: (entry: TableEntry) => TableEntry) => {
			const { row: at, mayEdit: may, draft: handle } = latest.current;
			if (at && may) handle.editDocument((old) => editEntry(old, at.table, at.index, edit));
		};
		const connect = (from: string, to: string) => {
			const names = (latest.current.columns ?? []).map((column) => column.name);
			change((old) => connectColumns(latest.current.ruled, old, names, from, to));
			setChosen({ side: "source", name: from });
			setArmed(null);
		};
		return {
			connect,
			choose: setChosen,
			disarm: () => setArmed(null),
			pickSource: (name: string) => {
				setChosen({ side: "source", name });
				if (latest.current.mayEdit) setArmed((old) => (old === name ? null : name));
			},
			pickTarget: (name: string) => {
				const { armed: from, mapping: now } = latest.current;
				const target = now.targets.find((t) => t.name === name);
				if (from !== null) connect(from, name);
				else if (target?.source && !target.computed) setChosen({ side: "source", name: target.source });
				else setChosen({ side: "target", name });
			},
			connectAll: (pairs: { source: string; target: string }[]) => {
				const names = (latest.current.columns ?? []).map((column) => column.name);
				change((old) => pairs.reduce((next, { source: from, target: to }) => connectColumns(latest.current.ruled, next, names, from, to), old));
			},
			unlink: (name: string) => change((old) => excludeColumn(old, name)),
			setColumn: (name: string, column: ColumnEntry) => change((old) => editColumn(old, name, () => column)),
			setTarget: (name: string, target: string) => change((old) => editColumn(old, name, (column) => withMember(column, "target", target || undefined))),
			columnOf: (name: string): ColumnEntry => columnOf(latest.current.entry, name) ?? { source: name },
			addComputed: (column: ColumnEntry) => {
				change((old) => ({ ...old, columns: [...(old.columns ?? []), column] }));
				if (column.target) setChosen({ side: "target", name: column.target });
			},
			setComputed: (target: string, column: ColumnEntry | null) => {
				change((old) => replaceComputed(old, target, column));
				setChosen(column?.target ? { side: "target", name: column.target } : null);
			},
			editEntry: change,
			setWhere: (where: string) => change((old) => withMember(old, "where", where || undefined)),
		};
	}, [latest]);
	return { source: { ...source, isPending: source.isPending || names.isLoading }, ruled, existing, mapping, suggestions, chosen, armed, entry, mayEdit, ...actions };
}

export type MappingHandle = ReturnType<typeof useMapping>;
