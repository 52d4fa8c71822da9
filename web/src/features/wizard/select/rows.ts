/* The rows of the first step: a table with its targets, one row each. */
import type { Document, TableEntry } from "@/api/document";
import type { SourceTable, SuggestedTable } from "@/api/types";
import { indexEntries, keyOf, queriesOf } from "@/lib/document";

export interface TargetRow {
	id: string;
	key: string;
	table: SourceTable;
	entry: TableEntry | null;
	index: number | null;
	isFirst: boolean;
	match: SuggestedTable | null;
}

export function buildRows(document: Document, tables: SourceTable[], matches: Map<string, SuggestedTable>): TargetRow[] {
	const entries = indexEntries(document);
	const queries = new Map(queriesOf(document).map((query) => [query.entry.source, query]));
	return tables.flatMap((table): TargetRow[] => {
		const key = keyOf(table);
		const query = table.kind === "query" ? queries.get(table.name) : undefined;
		if (query) return [{ id: `query ${key}`, key, table, entry: query.entry, index: query.index, isFirst: true, match: null }];
		const own = [...(entries.get(key) ?? []), ...(table.name === key ? [] : (entries.get(table.name) ?? []))];
		const match = matches.get(key) ?? matches.get(table.name) ?? null;
		if (own.length === 0) return [{ id: key, key, table, entry: null, index: null, isFirst: true, match }];
		return own.map(({ entry, index }, i) => ({ id: i === 0 ? key : `${key}#${i}`, key, table, entry, index, isFirst: i === 0, match: i === 0 ? match : null }));
	});
}
