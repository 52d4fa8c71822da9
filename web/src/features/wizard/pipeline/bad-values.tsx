/* What becomes of a value that the target cannot hold, kind by kind. */
import type { BadValueKind, BadValueRule, Options } from "@/api/document";
import { Select } from "@/ui/select";

type Rules = NonNullable<Options["bad_values"]>;

const labels: Record<BadValueRule, string> = { reject: "Reject the row", fail: "End the run", null: "Write NULL", replace: "Write a near value" };
const kinds: { kind: BadValueKind; label: string; rules: BadValueRule[] }[] = [
	{ kind: "zero-date", label: "Zero date (0000-00-00)", rules: ["reject", "fail", "null", "replace"] },
	{ kind: "nul-byte", label: "NUL byte in a text", rules: ["reject", "fail", "null", "replace"] },
	{ kind: "invalid-encoding", label: "Invalid encoding", rules: ["reject", "fail", "null", "replace"] },
	{ kind: "out-of-range", label: "Number out of range", rules: ["reject", "fail", "null"] },
	{ kind: "too-long", label: "Text too long", rules: ["reject", "fail", "null", "replace"] },
	{ kind: "empty-text", label: "Empty text, into Oracle", rules: ["null", "reject", "fail"] },
	{ kind: "invalid-value", label: "Not a value of the type", rules: ["reject", "fail"] },
	{ kind: "refused", label: "Refused by the target", rules: ["reject", "fail"] },
];

/* What holds where the document says nothing. */
const standard = (kind: BadValueKind): BadValueRule => (kind === "empty-text" ? "null" : "reject");

export function BadValues({ value, onChange }: { value: Rules; onChange: (rules: Rules) => void }) {
	const set = (kind: BadValueKind, rule: BadValueRule) => {
		const next = { ...value, [kind]: rule };
		if (rule === standard(kind)) delete next[kind];
		onChange(next);
	};
	return (
		<div>
			<p className="text-[13px] font-medium">Values that the target cannot hold</p>
			<p className="mb-3 text-xs text-muted">A rejected row is kept with its reason; everything else crosses.</p>
			<ul className="grid gap-x-6 gap-y-2 md:grid-cols-2">
				{kinds.map(({ kind, label, rules }) => (
					<li key={kind} className="flex items-center justify-between gap-3">
						<span className="min-w-0 truncate text-[13px]">{label}</span>
						{/* YAML reads a bare null as nothing; both mean the same rule. */}
						<Select aria-label={label} className="w-44 shrink-0" value={kind in value ? (value[kind] ?? "null") : standard(kind)} onChange={(rule) => set(kind, rule as BadValueRule)} choices={rules.map((rule) => ({ value: rule, label: labels[rule] }))} />
					</li>
				))}
			</ul>
		</div>
	);
}
