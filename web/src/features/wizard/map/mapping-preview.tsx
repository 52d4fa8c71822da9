/* Real rows before and after, while one types. SQL that is not finished yet takes the rows not away: what is wrong stands above them. */
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useRef } from "react";
import type { Document } from "@/api/document";
import { previewQuery } from "@/api/projects";
import type { Preview } from "@/api/types";
import { isGlob, listOf } from "@/lib/document";
import { useDebounced, useLatest } from "@/lib/hooks";
import { Loading, ProblemNotice } from "@/ui/notice";
import { Panel } from "@/ui/panel";
import { PreviewGrid } from "../preview-grid";
import type { TargetRow } from "../select/rows";
import type { Mapping } from "./columns";
import type { Chosen } from "./use-mapping";

/*
 * What the document says of the table that is looked at, of several targets the one: with thousands of tables the rest would be sent,
 * and compared with what was asked before, at each keystroke.
 */
function only({ select: _, tables, ...rest }: Document, row: TargetRow): Document {
	const entries = listOf(tables).filter((entry) => entry === row.entry || (!entry.query && isGlob(entry.source)));
	return entries.length > 0 ? { ...rest, tables: entries } : rest;
}

export function MappingPreview({ projectId, document, row, mapping, chosen }: { projectId: string; document: Document; row: TargetRow; mapping: Mapping; chosen: Chosen | null }) {
	const now = useMemo(() => ({ document, row }), [document, row]);
	const settled = useDebounced(now, 400);
	const asked = useMemo(() => only(settled.document, settled.row), [settled]);
	const preview = useQuery(previewQuery(projectId, { table: row.key }, asked));
	const good = useRef<Preview | null>(null);
	if (preview.data) good.current = preview.data;
	const latest = useLatest(mapping);
	const sourceOf = useCallback((target: string) => latest.current.targets.find((column) => column.name === target)?.source ?? null, [latest]);
	const target = chosen?.side === "target" ? chosen.name : (mapping.sources.find((column) => column.name === chosen?.name)?.target ?? null);
	return (
		<Panel title="Rows before and after" bodyClassName="p-0" aside={preview.isFetching && <span role="status" className="text-xs text-muted">Reading rows…</span>}>
			<ProblemNotice error={preview.error} onRetry={() => void preview.refetch()} className="m-3" />
			{good.current ? (
				<div className={preview.isError ? "opacity-60" : undefined}>
					<PreviewGrid preview={good.current} sourceOf={sourceOf} before={chosen?.side === "source" ? chosen.name : null} after={target} />
				</div>
			) : !preview.isError && <Loading label="Reading rows…" />}
		</Panel>
	);
}
