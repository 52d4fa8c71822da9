/* The engine's hints name flags of the command line; on the pages the same things are fields. */
const fields: Record<string, string> = {
	"--if-exists": "“A table that is in the target already” (Pipeline)",
	"--exclude": "the check boxes (Select tables)",
	"--include": "the check boxes (Select tables)",
	"--cast": "“Rules of types” (Pipeline)",
	"--lanes": "“Lanes side by side” (Pipeline)",
	"--chunk-rows": "“Rows of a chunk” (Pipeline)",
	"--max-rejects": "“Rejected rows at most” (Pipeline)",
	"--max-table-rejects": "“Of one table at most” (Pipeline)",
	"--on-error": "“A table that cannot be loaded” (Pipeline)",
	"--bad-value": "“Values that the target cannot hold” (Pipeline)",
	"--verify": "“Compared after the load” (Pipeline)",
	"--retries": "“Tries again” (Pipeline)",
	"--restart": "Retry, everything from the start",
};

export function hintForPages(hint: string | null): string | null {
	return hint?.replace(/--[a-z]+(?:-[a-z]+)*/g, (flag) => fields[flag] ?? flag) ?? null;
}
