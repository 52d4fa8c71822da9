/* Ten rows of a table, before and after. */
import { useQuery } from "@tanstack/react-query";
import type { Document } from "@/api/document";
import { previewQuery } from "@/api/projects";
import type { Plan } from "@/api/types";
import { qualified } from "@/lib/format";
import { Loading, ProblemNotice } from "@/ui/notice";
import { Panel } from "@/ui/panel";
import { Select } from "@/ui/select";
import { PreviewGrid } from "../preview-grid";

const most = 300;

export function RowPreview({ projectId, document, plan, table, onTable }: { projectId: string; document: Document; plan: Plan; table: string | undefined; onTable: (table: string) => void }) {
	const names = [...new Set(plan.tables.map((t) => qualified(t.source.schema, t.source.name)))];
	const chosen = table && names.includes(table) ? table : (names[0] ?? null);
	const planned = plan.tables.find((t) => qualified(t.source.schema, t.source.name) === chosen);
	const preview = useQuery(previewQuery(projectId, chosen, document));
	const shown = names.slice(0, most);
	if (chosen && !shown.includes(chosen)) shown.unshift(chosen);
	if (!chosen) return <p className="p-6 text-center text-sm text-muted">No table takes part.</p>;
	return (
		<Panel
			title="Ten rows, before and after"
			bodyClassName="p-0"
			aside={<Select aria-label="Table" className="w-64" value={chosen} onChange={onTable} choices={shown.map((name) => ({ value: name, label: name }))} />}
		>
			{preview.isPending && <Loading />}
			<ProblemNotice error={preview.error} onRetry={() => void preview.refetch()} className="m-3" />
			{preview.data && <PreviewGrid preview={preview.data} sourceOf={(target) => planned?.columns.find((column) => column.target === target)?.source ?? null} />}
		</Panel>
	);
}
