/* The steps of a migration, in order. */
export interface StepInfo { number: number; label: string; to: "/projects/$projectId/tables" | "/projects/$projectId/columns" | "/projects/$projectId/pipeline" | "/projects/$projectId/preview" | "/projects/$projectId/run" | null; note?: string }

export const steps: StepInfo[] = [
	{ number: 1, label: "Select tables", to: "/projects/$projectId/tables" },
	{ number: 2, label: "Map columns", to: "/projects/$projectId/columns" },
	{ number: 3, label: "Pipeline", to: "/projects/$projectId/pipeline" },
	{ number: 4, label: "Schedule", to: null, note: "comes later" },
	{ number: 5, label: "Preview and validate", to: "/projects/$projectId/preview" },
	{ number: 6, label: "Execute and monitor", to: "/projects/$projectId/run" },
];

const paths: Record<string, number> = { tables: 1, columns: 2, pipeline: 3, preview: 5, run: 6 };

export function stepOf(pathname: string): number | null {
	const match = /^\/projects\/[^/]+\/([a-z]+)/.exec(pathname);
	return match ? (paths[match[1] ?? ""] ?? null) : null;
}
