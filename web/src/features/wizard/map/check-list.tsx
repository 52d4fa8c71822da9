/* Rules that each row of a table is held against. */
import type { Check } from "@/api/document";
import { withMember } from "@/lib/document";
import { Plus, Trash2 } from "@/ui/icons";
import { Button, IconButton } from "@/ui/button";
import { Field, Input } from "@/ui/field";
import { Select } from "@/ui/select";

const actions = [
	{ value: "count", label: "Count it" },
	{ value: "reject", label: "Reject the row" },
	{ value: "report", label: "Report it" },
];

export function CheckList({ checks, onChange }: { checks: Check[]; onChange: (checks: Check[]) => void }) {
	const set = (at: number, check: Check) => onChange(checks.map((old, i) => (i === at ? check : old)));
	return (
		<div className="flex flex-col gap-3">
			<p className="text-[13px] font-medium">Checks of rows</p>
			{checks.map((check, i) => (
				<div key={i} role="group" aria-label={`Check ${i + 1}`} className="grid items-end gap-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)_9rem_auto]">
					<Field label="Name">{(control) => <Input {...control} value={check.name} placeholder="total is positive" onChange={(e) => set(i, { ...check, name: e.target.value })} />}</Field>
					<Field label="True for every good row (SQL)">{(control) => <Input {...control} className="font-mono text-[13px]" value={check.expression} placeholder="total >= 0" onChange={(e) => set(i, { ...check, expression: e.target.value })} />}</Field>
					<Field label="A row that fails">{(control) => <Select {...control} value={check.action ?? "count"} choices={actions} onChange={(action) => set(i, withMember(check, "action", action === "count" ? undefined : (action as Check["action"])))} />}</Field>
					<IconButton label={`Remove check ${i + 1}`} onClick={() => onChange(checks.filter((_, at) => at !== i))}><Trash2 /></IconButton>
				</div>
			))}
			<Button size="sm" className="self-start" onClick={() => onChange([...checks, { name: "", expression: "" }])}><Plus aria-hidden />Add check</Button>
		</div>
	);
}
