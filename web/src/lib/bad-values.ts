/* Counts of bad values by kind. */
export type BadValueCounts = Record<string, number>;

export function sumBadValues(tables: { bad_values?: BadValueCounts }[]): BadValueCounts {
	const sum: BadValueCounts = {};
	for (const { bad_values } of tables) for (const [kind, n] of Object.entries(bad_values ?? {})) sum[kind] = (sum[kind] ?? 0) + n;
	return sum;
}

/* "2,100 zero-date, 3 nul-byte": the most frequent first. */
export function badValuesText(counts: BadValueCounts): string {
	return Object.entries(counts).sort(([, a], [, b]) => b - a).map(([kind, n]) => `${n.toLocaleString("en")} ${kind}`).join(", ");
}
