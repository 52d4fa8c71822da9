/* Lists as people type them: lines for rules, statements with empty lines between. */
export function splitLines(text: string): string[] {
	return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

/* "old: new", a line each; what is not whole yet says nothing. */
export function splitPairs(text: string): string[] {
	const pairs = new Map(splitLines(text).flatMap((line) => {
		const [, from = "", to = ""] = /^(.*?)\s*:\s*(.*)$/.exec(line) ?? [];
		return from && to ? [[from, to] as const] : [];
	}));
	return [...pairs].map(([from, to]) => `${from}: ${to}`);
}

/* What is wrong with the first line that splitPairs leaves out. */
export function checkPairs(text: string): string | undefined {
	const seen = new Set<string>();
	for (const [at, line] of text.split("\n").entries()) {
		if (!line.trim()) continue;
		const [, from = "", to = ""] = /^(.*?)\s*:\s*(.*)$/.exec(line.trim()) ?? [];
		if (!from || !to) return `Line ${at + 1} is left out: it wants a name, a colon and a name.`;
		if (seen.has(from)) return `Line ${at + 1} names ${from} again: the last one holds.`;
		seen.add(from);
	}
	return undefined;
}

export function pairsOf(lines: string[]): Record<string, string> {
	return Object.fromEntries(lines.map((line) => { const at = line.indexOf(": "); return [line.slice(0, at), line.slice(at + 2)]; }));
}

export function splitStatements(text: string): string[] {
	return text.split(/\n\s*\n/).map((statement) => statement.trim()).filter(Boolean);
}
