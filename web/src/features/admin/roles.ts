import type { Role } from "@/api/types";
import type { Choice } from "@/ui/select";

export const roleChoices: (Choice & { value: Role })[] = [
	{ value: "viewer", label: "Viewer", help: "sees projects and executions" },
	{ value: "operator", label: "Operator", help: "also makes connections and projects, starts and stops executions" },
	{ value: "admin", label: "Administrator", help: "also people, keys, audit and settings" },
];

export function roleLabel(role: Role): string {
	return roleChoices.find((choice) => choice.value === role)?.label ?? role;
}
