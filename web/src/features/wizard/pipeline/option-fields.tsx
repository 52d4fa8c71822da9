/* Fields of options; empty, or the usual choice, is not written into the document. */
import { Field, Input } from "@/ui/field";
import { Select, type Choice } from "@/ui/select";

interface ChoiceProps { label: string; value: string | undefined; fallback: string; choices: Choice[]; onChange: (value: string | undefined) => void }

export function ChoiceField({ label, value, fallback, choices, onChange }: ChoiceProps) {
	const help = choices.find((choice) => choice.value === (value ?? fallback))?.help;
	return (
		<Field label={label} help={help}>
			{(control) => <Select {...control} value={value ?? fallback} choices={choices} onChange={(next) => onChange(next === fallback ? undefined : next)} />}
		</Field>
	);
}

interface NumberProps { label: string; help: string; value: number | undefined; min: number; max: number; placeholder?: string; onChange: (value: number | undefined) => void }

export function NumberField({ label, help, value, min, max, placeholder = "as it fits", onChange }: NumberProps) {
	const isOff = value !== undefined && (value < min || value > max);
	return (
		<Field label={label} help={help} error={isOff ? `From ${min} to ${max}.` : null}>
			{(control) => <Input {...control} type="number" inputMode="numeric" min={min} max={max} value={value ?? ""} placeholder={placeholder} onChange={(event) => onChange(event.target.value === "" ? undefined : Math.trunc(Number(event.target.value)))} />}
		</Field>
	);
}

interface LimitProps { label: string; help: string; value: string | number | undefined; placeholder?: string; pattern?: RegExp; onChange: (value: string | undefined) => void }

export function LimitField({ label, help, value, placeholder, pattern, onChange }: LimitProps) {
	const text = value === undefined ? "" : String(value);
	const isOff = text !== "" && pattern !== undefined && !pattern.test(text);
	return (
		<Field label={label} help={help} error={isOff ? help : null}>
			{(control) => <Input {...control} value={text} placeholder={placeholder} onChange={(event) => onChange(event.target.value || undefined)} />}
		</Field>
	);
}
