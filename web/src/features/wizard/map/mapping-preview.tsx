/* Real rows before and after, while one types. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Document } from "@/api/document";
import { previewQuery } from "@/api/projects";
import { listOf } from "@/lib/document";
import { useDebounced } from "@/lib/hooks";
import { Loading, ProblemNotice } from "@/ui/notice";
import { Panel } from "@/ui/panel";
import { PreviewGrid } from "../preview-grid";
import type { TargetRow } from "../select/rows";
import type { Mapping } from "./columns";

/* Of several targets of one table only the one that is looked at. */
function only(document: Document, row: TargetRow): Document {
	const tables = listOf(document.tables).filter((entry) => entry.source !== row.entry?.source || entry === row.entry);
	return { ...document, ...(tables.length > 0 ? { tables } : {}) };
}

export function MappingPreview({ projectId, document, row, mapping }: { projectId: string; document: Document; row: TargetRow; mapping: Mapping }) {
	const settled = useDebounced(document, 400);
	const asked = useMemo(() => only(settled, row), [settled, row]);
	const preview = useQuery(previewQuery(projectId, row.key, asked));
	const sourceOf = (target: string) => mapping.targets.find((column) => column.name === target)?.source ?? null;
	return (
		<Panel title="Rows before and after" bodyClassName="p-0" aside={preview.isFetching && <span role="status" className="text-xs text-muted">Reading rows…</span>}>
			{preview.isError ? <ProblemNotice error={preview.error} onRetry={() => void preview.refetch()} className="m-3" /> : preview.data ? <PreviewGrid preview={preview.data} sourceOf={sourceOf} /> : <Loading />}
		</Panel>
	);
}
