/* What holds for one table as a whole. What is typed counts when it is kept: half of it would be no document. */
import { useState } from "react";
import type { TableEntry } from "@/api/document";
import { listOf, withMember } from "@/lib/document";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";
import { Switch } from "@/ui/toggle";
import { HookAreas } from "../pipeline/hook-fields";
import { LimitField } from "../pipeline/option-fields";
import { CheckList } from "./check-list";

const limit = /^ *(none|\d+|\d+(\.\d+)? *%)( *, *(\d+|\d+(\.\d+)? *%))? *$/;

interface Props { title: string; entry: TableEntry; isQuery: boolean; onSave: (before: TableEntry, after: TableEntry) => void; onClose: () => void }

export function TableDialog({ title, entry, isQuery, onSave, onClose }: Props) {
	const [before] = useState(entry);
	const [draft, setDraft] = useState(entry);
	const [key, setKey] = useState(listOf(entry.key).join(", "));
	const set = <K extends keyof TableEntry>(name: K, value: TableEntry[K] | undefined) => setDraft((old) => withMember(old, name, value));
	const checks = draft.checks ?? [];
	const hasColumns = (entry.columns?.length ?? 0) > 0;
	const isWhole = (!draft.only_listed || hasColumns) && checks.every((check) => check.name.trim() && check.expression.trim()) && (draft.max_rejects === undefined || limit.test(String(draft.max_rejects)));
	const submit = () => {
		const keys = key.split(",").map((name) => name.trim()).filter(Boolean);
		onSave(before, withMember(draft, "key", keys.length > 1 ? keys : keys[0]));
	};
	return (
		<Dialog
			isOpen
			onClose={onClose}
			title={title}
			description="What holds for this table alone."
			className="w-[min(48rem,calc(100vw-2rem))]"
			actions={<><Button onClick={onClose}>Cancel</Button><Button variant="primary" type="submit" form="table" disabled={!isWhole}>Keep</Button></>}
		>
			<form id="table" className="flex flex-col gap-5" onSubmit={(event) => { event.preventDefault(); submit(); }}>
				<div className="grid gap-5 sm:grid-cols-3">
					<Field label="Key" help={isQuery ? "Columns that identify a row of the result." : "Columns that identify a row, where the source does not say."}>{(control) => <Input {...control} value={key} placeholder="id" onChange={(e) => setKey(e.target.value)} autoFocus />}</Field>
					<LimitField label="Cursor column" help="Of incremental runs: it only grows." value={draft.cursor} placeholder="updated_at" onChange={(text) => set("cursor", text)} />
					<LimitField label="Rejected rows at most" help="1000, 0.5%, or both with a comma." pattern={limit} value={draft.max_rejects} placeholder="as in the pipeline" onChange={(text) => set("max_rejects", text)} />
				</div>
				<Switch label="Only columns that are named" help={hasColumns ? "Those of which the project says nothing are left out, also ones that the source gets later." : "The project says nothing of this table's columns yet: none would be left."} isDisabled={!hasColumns && !draft.only_listed} checked={draft.only_listed === true} onChange={(isOn) => set("only_listed", isOn ? true : undefined)} />
				<CheckList checks={checks} onChange={(next) => set("checks", next.length > 0 ? next : undefined)} />
				<div>
					<p className="mb-3 text-[13px] font-medium">SQL before and after the table</p>
					<HookAreas hooks={draft.hooks ?? {}} onChange={(hooks) => set("hooks", Object.keys(hooks).length > 0 ? hooks : undefined)} />
				</div>
			</form>
		</Dialog>
	);
}
