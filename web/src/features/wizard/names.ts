/* What the project's rules call tables and columns in the target: the server says so, as the plan will have it. */
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { namesQuery, type NamesOf } from "@/api/projects";
import type { Document } from "@/api/document";
import type { NameInTarget, Project, TableSummary } from "@/api/types";
import { keyOf, queriesOf, type Ruled, type TableName } from "@/lib/document";
import type { Place } from "@/lib/place";

/* Only what has a say in it, so that no other edit asks again: of the selection, whether several schemas take part. */
export function rulesOf(document: Document, tables: TableName[]): Document {
	const { identifiers, schemas, select } = document;
	const queries = queriesOf(document).map(({ entry }) => ({ source: entry.source, query: "SELECT 1" }));
	const hasSchemas = new Set(tables.map((table) => table.schema)).size > 1;
	return { version: 1, ...(identifiers && { identifiers }), ...(schemas && { schemas }), ...(select && hasSchemas && { select }), ...(queries.length > 0 && { tables: queries }) };
}

function ask(project: Project, document: Document, columns?: string[]): NamesOf | null {
	const { source_connection_id: source, target_connection_id: target } = project;
	return source === null ? null : { source_connection_id: source, target_connection_id: target, document, ...(columns && { columns }) };
}

/* Of a table's name in the target; null: not known yet. */
export type PlaceOf = (table: TableName) => Place | null;

export function placesOf(names: NameInTarget[]): PlaceOf {
	const map = new Map(names.map((one) => [one.source, { schema: one.schema, name: one.name }]));
	return (table) => map.get(keyOf(table)) ?? null;
}

export const tableNamesQuery = (project: Project, tables: TableSummary[]) => namesQuery(ask(project, rulesOf(project.document, tables)));

export function useTableNames(project: Project, tables: TableSummary[] | undefined): PlaceOf {
	const { document, source_connection_id, target_connection_id } = project;
	const request = useMemo(() => tables && ask(project, rulesOf(document, tables)), [document, source_connection_id, target_connection_id, tables]);
	const { data } = useQuery({ ...namesQuery(request ?? null), placeholderData: (previous) => previous });
	return useMemo(() => placesOf(data ?? []), [data]);
}

/* Where the server cannot say, a name stays as it is. */
export function useColumnNames(project: Project, columns: string[] | null): { ruled: Ruled; isLoading: boolean } {
	const { identifiers } = project.document;
	const { data, isLoading } = useQuery(namesQuery(columns && ask(project, { version: 1, ...(identifiers && { identifiers }) }, columns)));
	const map = useMemo(() => new Map((data ?? []).map((one) => [one.source, one.name])), [data]);
	return { ruled: useCallback((name: string) => map.get(name) ?? name, [map]), isLoading };
}
