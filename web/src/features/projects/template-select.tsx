/* What a new project begins with: nothing, or a template. */
import { useQuery } from "@tanstack/react-query";
import { templatesQuery } from "@/api/templates";
import { Field } from "@/ui/field";
import { Select } from "@/ui/select";

export const noTemplate = "none";

export function TemplateSelect({ value, onChange }: { value: string; onChange: (id: string) => void }) {
	const templates = useQuery(templatesQuery);
	const choices = [{ value: noTemplate, label: "Nothing yet" }, ...(templates.data ?? []).map(({ id, name }) => ({ value: id, label: name }))];
	const help = templates.error?.message ?? templates.data?.find(({ id }) => id === value)?.description ?? "All tables, with names and types as Ferry converts them.";
	return <Field label="Start from" help={help}>{(control) => <Select {...control} value={value} onChange={onChange} choices={choices} />}</Field>;
}
