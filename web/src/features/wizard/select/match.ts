/* Match by name: which of the server's suggestions are written into the document at once, and which are only shown. */
import type { Document } from "@/api/document";
import type { SuggestedTable } from "@/api/types";
import { editEntry, entriesOf, keyOf, withMember, type TableName } from "@/lib/document";
import { placeKey, placeOf } from "@/lib/place";
import type { PlaceOf } from "../names";

/* The same name but for case, plural and word breaks; what is less alike is for a person to decide. */
export const SURE = 0.9;

/*
 * A target is given to one table only: the one that is most like it, and to none where another table that takes part goes there by
 * its own name or because somebody said so. Nothing is written where the rule gives the name anyway, or where somebody chose one.
 */
export function applyMatches(document: Document, tables: TableName[], suggested: SuggestedTable[], ruled: PlaceOf): { document: Document; n: number } {
	const bySource = new Map(suggested.map((one) => [one.source, one]));
	const owners = new Map<string, string>(); /* place -> the table that goes there */
	const open: { table: TableName; target: string; score: number }[] = [];
	const ruledOf = (table: TableName) => ruled(table) ?? { schema: null, name: table.name };
	for (const table of tables) {
		const match = bySource.get(keyOf(table)) ?? bySource.get(table.name);
		const written = entriesOf(document, table).flatMap(({ entry }) => (entry.target ? [entry.target] : []));
		for (const name of written.length > 0 ? written : [null]) owners.set(placeKey(placeOf(name, ruledOf(table))), keyOf(table));
		if (match?.target && match.score >= SURE && written.length === 0) open.push({ table, target: match.target, score: match.score });
	}
	let next = document, n = 0;
	for (const { table, target } of open.sort((a, b) => b.score - a.score)) {
		const wanted = placeOf(target, ruledOf(table));
		const owner = owners.get(placeKey(wanted));
		if (owner !== undefined && owner !== keyOf(table)) continue;
		owners.set(placeKey(wanted), keyOf(table));
		n++;
		if (keyOf(wanted) !== keyOf(ruledOf(table))) next = editEntry(next, table, entriesOf(next, table)[0]?.index ?? null, (entry) => withMember(entry, "target", target));
	}
	return { document: next, n };
}
