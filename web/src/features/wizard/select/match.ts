/* Match by name: which of the server's suggestions are written into the document at once, and which are only shown. */
import type { Document } from "@/api/document";
import type { SuggestedTable } from "@/api/types";
import { editEntry, entriesOf, keyOf, ruledName, withMember, type TableName } from "@/lib/document";

/* The same name but for case, plural and word breaks; what is less alike is for a person to decide. */
export const SURE = 0.9;

function bareName(name: string): string {
	return name.split(".").pop() ?? name;
}

export function setTarget(document: Document, table: TableName, target: string | undefined): Document {
	const own = entriesOf(document, table);
	return editEntry(document, table, own[0]?.index ?? null, (entry) => withMember(entry, "target", target));
}

/*
 * A target is given to one table only: the one that is most like it, and to none where another table that takes part goes there by
 * its own name or because somebody said so. Nothing is written where the rule gives the name anyway, or where somebody chose one.
 */
export function applyMatches(document: Document, tables: TableName[], suggested: SuggestedTable[]): { document: Document; n: number } {
	const bySource = new Map(suggested.map((one) => [one.source, one]));
	const owners = new Map<string, string>(); /* bare name in lower case -> the table that goes there */
	const open: { table: TableName; match: SuggestedTable & { target: string } }[] = [];
	for (const table of tables) {
		const match = bySource.get(keyOf(table)) ?? bySource.get(table.name);
		const written = entriesOf(document, table).flatMap(({ entry }) => (entry.target ? [entry.target] : []));
		for (const name of written.length > 0 ? written : [ruledName(document, table.name)]) owners.set(bareName(name).toLowerCase(), keyOf(table));
		if (match?.target && match.score >= SURE && written.length === 0) open.push({ table, match: { ...match, target: match.target } });
	}
	let next = document, n = 0;
	for (const { table, match } of open.sort((a, b) => b.match.score - a.match.score)) {
		const bare = bareName(match.target).toLowerCase();
		const owner = owners.get(bare);
		if (owner !== undefined && owner !== keyOf(table)) continue;
		owners.set(bare, keyOf(table));
		n++;
		if (bareName(match.target) !== ruledName(document, table.name)) next = setTarget(next, table, match.target);
	}
	return { document: next, n };
}
