/* Lists as people type them: lines for rules, statements with empty lines between. */
export function splitLines(text: string): string[] {
	return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

export function splitStatements(text: string): string[] {
	return text.split(/\n\s*\n/).map((statement) => statement.trim()).filter(Boolean);
}
