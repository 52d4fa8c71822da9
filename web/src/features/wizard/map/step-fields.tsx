/* The fields of one step. */
import type { Step } from "@/api/document";
import { Input } from "@/ui/field";
import { Select } from "@/ui/select";
import { logicalTypes, parseParts, partsText, scalarText } from "./steps";

interface Props { step: Step; onChange: (step: Step) => void }

const small = "h-8 px-2 text-[13px]";

function Text({ label, value, onChange, placeholder }: { label: string; value: string; onChange: (text: string) => void; placeholder?: string }) {
	return <Input aria-label={label} className={small} value={value} placeholder={placeholder ?? label} onChange={(event) => onChange(event.target.value)} />;
}

function Count({ label, value, onChange, min }: { label: string; value: number | undefined; onChange: (n: number | undefined) => void; min?: number }) {
	return (
		<label className="flex items-center gap-2 text-xs text-muted">
			{label}
			<Input type="number" className={`${small} w-20`} value={value ?? ""} min={min} onChange={(event) => onChange(event.target.value === "" ? undefined : Math.trunc(Number(event.target.value)))} />
		</label>
	);
}

export function StepFields({ step, onChange }: Props) {
	if (step === "trim" || step === "ltrim" || step === "rtrim") {
		return <Text label="Characters; white space if empty" value="" onChange={(text) => text && onChange({ [step]: text } as Step)} />;
	}
	if (step === "mask") return <StepFields step={{ mask: {} }} onChange={onChange} />;
	if (typeof step === "string") return null;
	if ("trim" in step) return <Text label="Characters" value={scalarText(step.trim)} onChange={(text) => onChange(text ? { trim: text } : "trim")} />;
	if ("ltrim" in step) return <Text label="Characters" value={scalarText(step.ltrim)} onChange={(text) => onChange(text ? { ltrim: text } : "ltrim")} />;
	if ("rtrim" in step) return <Text label="Characters" value={scalarText(step.rtrim)} onChange={(text) => onChange(text ? { rtrim: text } : "rtrim")} />;
	if ("default" in step) return <Text label="Value" value={scalarText(step.default)} onChange={(text) => onChange({ default: text })} />;
	if ("null-if" in step) return <Text label="Value" value={scalarText(step["null-if"])} onChange={(text) => onChange({ "null-if": text })} />;
	if ("constant" in step) return <Text label="Value" value={scalarText(step.constant)} onChange={(text) => onChange({ constant: text })} />;
	if ("hash" in step) return <Text label="Environment variable with the key" value={step.hash.key_env} onChange={(key_env) => onChange({ hash: { key_env } })} />;
	if ("concat" in step) return <Text label="Parts, columns in braces" placeholder="{first} {last}" value={partsText(step.concat)} onChange={(text) => onChange({ concat: parseParts(text) })} />;
	if ("type" in step) {
		const value = scalarText(step.type);
		const known = logicalTypes.includes(value) ? logicalTypes : [value, ...logicalTypes];
		return <Select aria-label="Type" className="h-8" value={value} onChange={(type) => onChange({ type })} choices={known.map((type) => ({ value: type, label: type }))} />;
	}
	if ("replace" in step) {
		const { text, with: by } = step.replace;
		return (
			<div className="grid grid-cols-2 gap-2">
				<Text label="Text" value={scalarText(text)} onChange={(next) => onChange({ replace: { text: next, with: by } })} />
				<Text label="By" value={scalarText(by)} onChange={(next) => onChange({ replace: { text, with: next } })} />
			</div>
		);
	}
	if ("substring" in step) {
		const { from, length } = step.substring;
		const make = (start: number, count: number | undefined): Step => ({ substring: count === undefined ? { from: start } : { from: start, length: count } });
		return (
			<div className="flex flex-wrap gap-3">
				<Count label="from" value={from} onChange={(n) => onChange(make(n || 1, length))} />
				<Count label="length" min={0} value={length} onChange={(n) => onChange(make(from, n))} />
			</div>
		);
	}
	const { keep, with: by } = step.mask;
	const make = (n: number | undefined, text: string | undefined): Step => ({ mask: { ...(n === undefined ? {} : { keep: n }), ...(text ? { with: text } : {}) } });
	return (
		<div className="flex flex-wrap gap-3">
			<Count label="keep the last" min={0} value={keep} onChange={(n) => onChange(make(n, by))} />
			<label className="flex items-center gap-2 text-xs text-muted">with <Input className={`${small} w-12`} maxLength={1} value={by ?? ""} placeholder="*" onChange={(event) => onChange(make(keep, event.target.value))} /></label>
		</div>
	);
}
