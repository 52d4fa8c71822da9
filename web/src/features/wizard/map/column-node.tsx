/* One column in the drawing: a button with a handle on the side of the lines. */
import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import { KeyRound, Sigma, Wand2 } from "@/ui/icons";
import { memo, type KeyboardEvent } from "react";
import { cn } from "@/lib/cn";

export interface ColumnNodeData extends Record<string, unknown> {
	side: "source" | "target";
	name: string;
	note: string;
	inKey: boolean;
	isChanged: boolean;
	isComputed: boolean;
	isLinked: boolean;
	isArmed: boolean;
	isChosen: boolean;
	canAccept: boolean;
	mayEdit: boolean;
	linkedTo: string | null;
	onPick: (name: string) => void;
	onUnlink: (source: string) => void;
	onMove: (side: "source" | "target", name: string, key: string) => void;
}
export type ColumnNodeType = Node<ColumnNodeData, "column">;

const moves = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"]);

function describe(data: ColumnNodeData): string {
	if (data.side === "source") return `${data.name}, ${data.note}${data.isLinked ? "" : ", left out"}${data.isArmed ? ", waiting for a target" : ""}`;
	return data.canAccept ? `Draw the line to ${data.name}` : `${data.name}${data.isLinked ? "" : data.isComputed ? ", computed" : ", gets nothing"}`;
}

export const ColumnNode = memo(function ColumnNode({ data }: NodeProps<ColumnNodeType>) {
	const isSource = data.side === "source";
	const onKeyDown = (event: KeyboardEvent) => {
		if (event.key === "Delete" || event.key === "Backspace") {
			const source = isSource ? data.name : data.linkedTo;
			if (source) data.onUnlink(source);
		} else if (moves.has(event.key)) {
			event.preventDefault();
			data.onMove(data.side, data.name, event.key);
		}
	};
	return (
		<div className="@container relative h-8 w-full">
			<button
				type="button"
				onClick={() => data.onPick(data.name)}
				onKeyDown={onKeyDown}
				aria-pressed={data.isChosen}
				aria-label={describe(data)}
				title={data.name}
				className={cn(
					"nodrag nopan flex h-8 w-full scroll-my-12 items-center gap-2 rounded-control border bg-surface px-2.5 text-left text-[13px] hover:border-brand",
					data.isChosen && "border-brand bg-brand-soft",
					data.isArmed && "border-brand ring-2 ring-brand",
					data.canAccept && "border-dashed border-brand",
					!data.isLinked && !data.isComputed && "border-dashed text-muted",
				)}
			>
				{data.inKey && <KeyRound className="size-3.5 shrink-0 text-brand-text" aria-hidden />}
				<span className="min-w-0 flex-1 truncate font-medium">{data.name}</span>
				{data.isChanged && <Wand2 className="size-3.5 shrink-0 text-ok-text" aria-hidden />}
				{data.isComputed && <Sigma className="size-3.5 shrink-0 text-ok-text" aria-hidden />}
				<span className="hidden max-w-[55%] shrink-0 truncate @[10rem]:inline font-mono text-[11px] text-muted">{data.note}</span>
			</button>
			<Handle
				type={isSource ? "source" : "target"}
				position={isSource ? Position.Right : Position.Left}
				isConnectable={data.mayEdit}
				className={cn("size-3! rounded-full! border-2! border-surface!", data.isLinked ? "bg-teal!" : "bg-line-strong!")}
			/>
		</div>
	);
});
