/* The mapping of one table: what both sides have, and the changes that can be made. */
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { tableQuery, tablesQuery } from "@/api/connections";
import type { ColumnEntry, TableEntry } from "@/api/document";
import type { Project } from "@/api/types";
import { columnOf, connectColumns, editColumn, editEntry, excludeColumn, ruledName, withMember } from "@/lib/document";
import type { DraftHandle } from "../draft";
import type { TargetRow } from "../select/rows";
import { buildMapping } from "./columns";

/* The target table that is there already, if one is. */
function useExisting(project: Project, row: TargetRow | null) {
	const tables = useQuery(tablesQuery(project.target_connection_id));
	const wanted = row ? (row.entry?.target ?? ruledName(project.document, row.table.name)).toLowerCase() : null;
	const found = wanted === null ? undefined : tables.data?.find((t) => t.name.toLowerCase() === wanted || `${t.schema ?? ""}.${t.name}`.toLowerCase() === wanted);
	return useQuery({ ...tableQuery(project.target_connection_id, found?.schema ?? null, found?.name ?? null) }).data ?? null;
}

export function useMapping(project: Project, draft: DraftHandle, row: TargetRow | null) {
	const source = useQuery(tableQuery(project.source_connection_id, row?.table.schema ?? null, row?.table.name ?? null));
	const existing = useExisting(project, row);
	const [chosen, setChosen] = useState<{ side: "source" | "target"; name: string } | null>(null);
	const [armed, setArmed] = useState<string | null>(null);
	const { document } = project;
	const entry = row?.entry ?? null;
	const columns = source.data?.columns;
	const mapping = useMemo(() => buildMapping(document, entry, columns ?? [], existing?.columns ?? null), [document, entry, columns, existing]);
	const names = useMemo(() => (columns ?? []).map((column) => column.name), [columns]);
	const change = (edit: (entry: TableEntry) => TableEntry) => row && draft.editDocument((old) => editEntry(old, row.table, row.index, edit));

	return {
		source, existing, mapping, chosen, armed, entry,
		choose: setChosen,
		pickSource: (name: string) => {
			setChosen({ side: "source", name });
			setArmed((old) => (old === name ? null : name));
		},
		pickTarget: (name: string) => {
			const target = mapping.targets.find((t) => t.name === name);
			if (armed !== null) {
				change((old) => connectColumns(document, old, names, armed, name));
				setChosen({ side: "source", name: armed });
				setArmed(null);
			} else if (target?.source) setChosen({ side: "source", name: target.source });
			else setChosen({ side: "target", name });
		},
		connect: (from: string, to: string) => {
			change((old) => connectColumns(document, old, names, from, to));
			setChosen({ side: "source", name: from });
			setArmed(null);
		},
		disarm: () => setArmed(null),
		unlink: (name: string) => change((old) => excludeColumn(old, name)),
		setColumn: (name: string, column: ColumnEntry) => change((old) => editColumn(old, name, () => column)),
		setTarget: (name: string, target: string) => change((old) => editColumn(old, name, (column) => withMember(column, "target", target || undefined))),
		columnOf: (name: string): ColumnEntry => columnOf(entry, name) ?? { source: name },
		addComputed: (column: ColumnEntry) => {
			change((old) => ({ ...old, columns: [...(old.columns ?? []), column] }));
			if (column.target) setChosen({ side: "target", name: column.target });
		},
		setComputed: (target: string, column: ColumnEntry | null) => {
			change((old) => withMember(old, "columns", (old.columns ?? []).flatMap((other) => (other.source === undefined && other.target === target ? (column ? [column] : []) : [other]))));
			setChosen(column?.target ? { side: "target", name: column.target } : null);
		},
		setWhere: (where: string) => change((old) => withMember(old, "where", where || undefined)),
	};
}

export type MappingHandle = ReturnType<typeof useMapping>;
