/* Where a table goes: a name that can be typed over, how well it was matched, and one more target. */
import { Pencil, Plus, X } from "@/ui/icons";
import { useEffect, useState } from "react";
import { useLatest } from "@/lib/hooks";
import { Badge } from "@/ui/badge";
import { IconButton } from "@/ui/button";
import { Input } from "@/ui/field";
import { Tip } from "@/ui/tip";
import { SURE } from "./match";
import type { TargetRow } from "./rows";

interface Props { row: TargetRow; placeholder: string; isDisabled: boolean; mayEdit: boolean; onTarget: (target: string) => void; onAdd: () => void; onRemove: () => void; onQuery: () => void }

/* What is not sure enough to be written down at once can be taken by a click. */
function MatchBadge({ row, mayTake, onTarget }: { row: TargetRow; mayTake: boolean; onTarget: (target: string) => void }) {
	const target = row.match?.target;
	if (!row.match || !target) return null;
	const percent = Math.round(row.match.score * 100);
	const badge = <Badge tone={percent >= 90 ? "ok" : percent >= 60 ? "warn" : "neutral"}>{percent}%</Badge>;
	const isOpen = mayTake && row.match.score < SURE && !row.entry?.target;
	return (
		<Tip text={`${target}: ${row.match.reason || "by name"}${isOpen ? " (click to take it)" : ""}`}>
			{isOpen ? <button type="button" aria-label={`Send ${row.key} to ${target}`} className="cursor-pointer" onClick={() => onTarget(target)}>{badge}</button> : <span tabIndex={0}>{badge}</span>}
		</Tip>
	);
}

function CellActions({ row, isDisabled, onAdd, onRemove, onQuery }: Omit<Props, "placeholder" | "mayEdit" | "onTarget">) {
	if (row.table.kind === "query") {
		return (
			<>
				<IconButton label={`Edit query ${row.key}`} size="icon-sm" isInRow onClick={onQuery}><Pencil /></IconButton>
				<IconButton label={`Remove query ${row.key}`} size="icon-sm" isInRow onClick={onRemove}><X /></IconButton>
			</>
		);
	}
	if (row.isFirst) return <IconButton label={`One more target for ${row.key}`} size="icon-sm" isInRow disabled={isDisabled} onClick={onAdd}><Plus /></IconButton>;
	return <IconButton label={`Remove target ${row.entry?.target ?? ""}`} size="icon-sm" isInRow disabled={isDisabled} onClick={onRemove}><X /></IconButton>;
}

export function TargetCell({ row, placeholder, isDisabled, mayEdit, onTarget, ...actions }: Props) {
	const written = row.entry?.target ?? "";
	const [text, setText] = useState(written);
	useEffect(() => setText(written), [written]);
	const commit = () => text.trim() !== written && onTarget(text.trim());
	/* Scrolled out of sight a row goes without a blur. */
	const last = useLatest(commit);
	useEffect(() => () => void last.current(), [last]);
	return (
		<div className="flex items-center gap-1.5 md:pl-3">
			<Input
				aria-label={`Target of ${row.key}`}
				value={text}
				placeholder={placeholder}
				disabled={isDisabled || !mayEdit}
				onChange={(event) => setText(event.target.value)}
				onBlur={commit}
				onKeyDown={(event) => event.key === "Enter" && commit()}
				className="h-8 min-w-0 flex-1 px-2 text-[13px]"
			/>
			<MatchBadge row={row} mayTake={mayEdit && !isDisabled} onTarget={onTarget} />
			{mayEdit && <CellActions row={row} isDisabled={isDisabled} {...actions} />}
		</div>
	);
}
