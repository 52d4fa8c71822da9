/* The steps a column can go through: their kinds, what a new one looks like, and reading what a document says. */
import type { ConcatPart, Scalar, Step } from "@/api/document";

export type StepKind = "trim" | "ltrim" | "rtrim" | "upper" | "lower" | "replace" | "substring" | "concat" | "default" | "null-if" | "constant" | "hash" | "mask" | "type";

export const stepKinds: { kind: StepKind; label: string; help: string; make: () => Step }[] = [
	{ kind: "trim", label: "Trim", help: "white space, or given characters, off both ends", make: () => "trim" },
	{ kind: "ltrim", label: "Trim the left", help: "off the beginning only", make: () => "ltrim" },
	{ kind: "rtrim", label: "Trim the right", help: "off the end only", make: () => "rtrim" },
	{ kind: "upper", label: "Upper case", help: "all letters", make: () => "upper" },
	{ kind: "lower", label: "Lower case", help: "all letters", make: () => "lower" },
	{ kind: "replace", label: "Replace", help: "every text by another", make: () => ({ replace: { text: " ", with: "" } }) },
	{ kind: "substring", label: "Substring", help: "a part, counted from 1, or from the end with -1", make: () => ({ substring: { from: 1, length: 10 } }) },
	{ kind: "concat", label: "Put together", help: "columns and texts, one after the other", make: () => ({ concat: [""] }) },
	{ kind: "default", label: "Instead of NULL", help: "a value where there is none", make: () => ({ default: "" }) },
	{ kind: "null-if", label: "NULL if", help: "this value becomes NULL", make: () => ({ "null-if": "" }) },
	{ kind: "constant", label: "Constant", help: "the same in every row", make: () => ({ constant: "" }) },
	{ kind: "hash", label: "Hash", help: "keyed, in hex; the key is in an environment variable", make: () => ({ hash: { key_env: "FERRY_HASH_KEY" } }) },
	{ kind: "mask", label: "Mask", help: "all but the last characters hidden", make: () => ({ mask: { keep: 4 } }) },
	{ kind: "type", label: "Convert", help: "to another type, as the last step", make: () => ({ type: "int32" }) },
];

export function kindOf(step: Step): StepKind {
	return (typeof step === "string" ? step : Object.keys(step)[0]) as StepKind;
}

export function scalarText(value: Scalar | undefined): string {
	return value === undefined ? "" : String(value);
}

/* "{first} {last}" as parts, and back: braces name columns. */
export function partsText(parts: ConcatPart | ConcatPart[]): string {
	return (Array.isArray(parts) ? parts : [parts])
		.map((part) => (typeof part === "object" ? ("column" in part ? `{${part.column}}` : String(part.literal)) : String(part)))
		.join("");
}

export function parseParts(text: string): ConcatPart[] {
	const parts = [...text.matchAll(/\{([^{}]+)\}|([^{}]+|[{}])/g)].map((match): ConcatPart => (match[1] !== undefined ? { column: match[1] } : (match[2] ?? "")));
	return parts.length > 0 ? parts : [""];
}

export const logicalTypes = ["bool", "int8", "int16", "int32", "int64", "float32", "float64", "decimal(18,4)", "text", "bytes", "date", "time", "timestamp", "timestamptz", "uuid", "json"];
