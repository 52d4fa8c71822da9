/* What happens to one column: its target, type, SQL, and steps. */
import type { ColumnEntry } from "@/api/document";
import { listOf, withMember } from "@/lib/document";
import { Button } from "@/ui/button";
import { Field, Input, TextArea } from "@/ui/field";
import { Notice } from "@/ui/notice";
import { Switch } from "@/ui/toggle";
import { useEffect, useState } from "react";
import type { Suggestion } from "./columns";
import { StepEditor } from "./step-editor";

interface Props {
	column: ColumnEntry;
	title: string;
	subtitle: string;
	defaultTarget: string;
	targets: string[];
	/* In lower case: names that it may not have. */
	taken?: Set<string>;
	suggestion?: Suggestion | null;
	warning?: string | null;
	onChange: (column: ColumnEntry) => void;
	onTarget: (target: string) => void;
	onRemove?: () => void;
}

/* Typed as a whole: half a name could be that of another column. */
function TargetField({ column, defaultTarget, targets, taken, onTarget }: Pick<Props, "column" | "defaultTarget" | "targets" | "taken" | "onTarget">) {
	const written = column.target ?? "";
	const [text, setText] = useState(written);
	useEffect(() => setText(written), [written]);
	const isMissing = defaultTarget === "" && text.trim() === "";
	const isTaken = text.trim() !== written && taken?.has(text.trim().toLowerCase()) === true;
	const commit = () => {
		if (text.trim() !== written && !isMissing && !isTaken) onTarget(text.trim());
	};
	return (
		<Field label="Goes to" help={defaultTarget ? `By the project's rule: ${defaultTarget}` : "Name of the new column."} error={isMissing ? "A new column needs a name." : isTaken ? "Another column goes there already." : null}>
			{(control) => (
				<>
					<Input {...control} list="target-columns" value={text} placeholder={defaultTarget} onChange={(event) => setText(event.target.value)} onBlur={commit} onKeyDown={(event) => event.key === "Enter" && commit()} />
					<datalist id="target-columns">{targets.map((name) => <option key={name} value={name} />)}</datalist>
				</>
			)}
		</Field>
	);
}

export function Inspector({ column, title, subtitle, defaultTarget, targets, taken, suggestion, warning, onChange, onTarget, onRemove }: Props) {
	const isOut = column.exclude === true;
	const steps = listOf(column.transform);
	return (
		<div className="flex flex-col gap-4">
			<header>
				<h2 className="text-base font-semibold break-all">{title}</h2>
				<p className="font-mono text-xs break-all text-muted">{subtitle}</p>
			</header>
			{column.source !== undefined && (
				<Switch label="Crosses" help={isOut ? "The column is left out." : null} checked={!isOut} onChange={(isOn) => onChange({ ...(column.source === undefined ? {} : { source: column.source }), ...(isOn ? {} : { exclude: true }) })} />
			)}
			{!isOut && (
				<>
					{suggestion && (
						<Notice tone="warn" title={`${suggestion.target} has a like name (${Math.round(suggestion.score * 100)}%)`} action={<Button size="sm" onClick={() => onTarget(suggestion.target)}>Draw the line</Button>} />
					)}
					{warning && <Notice tone="warn" title={warning} />}
					<TargetField column={column} defaultTarget={defaultTarget} targets={targets} taken={taken} onTarget={onTarget} />
					<Field label="Type in the target" help="Empty: as the rules of types say.">{(control) => <Input {...control} className="font-mono text-[13px]" value={column.type ?? ""} placeholder="varchar(20)" onChange={(event) => onChange(withMember(column, "type", event.target.value || undefined))} />}</Field>
					<Field label="SQL expression" help="The source evaluates it, in its own SQL.">{(control) => <TextArea {...control} rows={2} className="min-h-0" value={column.expression ?? ""} placeholder="net + tax" onChange={(event) => onChange(withMember(column, "expression", event.target.value || undefined))} />}</Field>
					<StepEditor steps={steps} onChange={(next) => onChange(withMember(column, "transform", next.length > 0 ? next : undefined))} />
				</>
			)}
			{onRemove && <Button variant="danger" size="sm" className="self-start" onClick={onRemove}>Remove column</Button>}
		</div>
	);
}
