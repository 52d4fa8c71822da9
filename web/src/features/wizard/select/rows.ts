/* The rows of the first step: a table with its targets, one row each. */
import type { Document, TableEntry } from "@/api/document";
import type { SuggestedTable, TableSummary } from "@/api/types";
import { indexEntries, keyOf } from "@/lib/document";

export interface TargetRow {
	id: string;
	key: string;
	table: TableSummary;
	entry: TableEntry | null;
	index: number | null;
	isFirst: boolean;
	match: SuggestedTable | null;
}

export function buildRows(document: Document, tables: TableSummary[], matches: Map<string, SuggestedTable>): TargetRow[] {
	const entries = indexEntries(document);
	return tables.flatMap((table): TargetRow[] => {
		const key = keyOf(table);
		const own = [...(entries.get(key) ?? []), ...(table.name === key ? [] : (entries.get(table.name) ?? []))];
		const match = matches.get(key) ?? matches.get(table.name) ?? null;
		if (own.length === 0) return [{ id: key, key, table, entry: null, index: null, isFirst: true, match }];
		return own.map(({ entry, index }, i) => ({ id: `${key}#${i}`, key, table, entry, index, isFirst: i === 0, match: i === 0 ? match : null }));
	});
}
