/* A connector's options as fields: one a row of its table. */
import type { ConnectorOption } from "@/api/types";
import { Field, Input } from "@/ui/field";
import { Select } from "@/ui/select";

const unset = "unset";

/* "on|off" is a choice; "PATH" is free text. */
function choicesOf(option: ConnectorOption): string[] | null {
	const { value } = option;
	return value && /^[a-z0-9-]+(\|[a-z0-9-]+)+$/.test(value) ? value.split("|") : null;
}

interface Props { options: ConnectorOption[]; values: Record<string, string>; onChange: (name: string, value: string) => void }

export function OptionFields({ options, values, onChange }: Props) {
	return (
		<div className="grid gap-4 sm:grid-cols-2">
			{options.map((option) => {
				const choices = choicesOf(option);
				const value = values[option.name] ?? "";
				return (
					<Field key={option.name} label={option.name} help={option.help}>
						{(control) => choices ? (
							<Select
								{...control}
								value={value || unset}
								onChange={(next) => onChange(option.name, next === unset ? "" : next)}
								choices={[{ value: unset, label: "As usual" }, ...choices.map((choice) => ({ value: choice, label: choice }))]}
							/>
						) : (
							<Input {...control} value={value} type={option.is_secret ? "password" : "text"} autoComplete={option.is_secret ? "new-password" : "off"} placeholder={option.value ?? undefined} onChange={(e) => onChange(option.name, e.target.value)} />
						)}
					</Field>
				);
			})}
		</div>
	);
}
