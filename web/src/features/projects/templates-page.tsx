/* All templates: what new projects can begin with. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { templateQuery, templatesQuery, useDeleteTemplate } from "@/api/templates";
import { useMay } from "@/api/session";
import type { Template } from "@/api/types";
import { ArrowLeft } from "@/ui/icons";
import { Button } from "@/ui/button";
import { Confirm, Dialog } from "@/ui/dialog";
import { Loading, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { toast } from "@/ui/toast";
import { TemplateDialog } from "./template-dialog";
import { TemplateRow } from "./template-row";

function DocumentDialog({ template, onClose }: { template: Template; onClose: () => void }) {
	const whole = useQuery(templateQuery(template.id));
	return (
		<Dialog isOpen onClose={onClose} title={template.name} description="What a project begins with: its document, without connections." side="right">
			<ProblemNotice error={whole.error} />
			{whole.isPending && <Loading />}
			{whole.data && <pre aria-label="Document" className="font-mono text-[13px] break-words whitespace-pre-wrap">{JSON.stringify(whole.data.document, null, 2)}</pre>}
		</Dialog>
	);
}

export function TemplatesPage() {
	const templates = useQuery(templatesQuery);
	const mayEdit = useMay("operator");
	const drop = useDeleteTemplate();
	const [doomed, setDoomed] = useState<Template | null>(null);
	const [editing, setEditing] = useState<Template | null>(null);
	const [shown, setShown] = useState<Template | null>(null);
	const finish = () => doomed && drop.mutate(doomed, { onSuccess: () => setDoomed(null), onError: (error) => { toast(error.message, "bad"); setDoomed(null); } });
	return (
		<Page
			title="Templates"
			lead={`What a new project can begin with, whatever its connections are.${mayEdit ? " A project's menu saves it as one." : ""}`}
			aside={<Button asChild><Link to="/projects"><ArrowLeft aria-hidden />Projects</Link></Button>}
		>
			<ProblemNotice error={templates.error} onRetry={() => void templates.refetch()} />
			{templates.isPending && <Loading />}
			{templates.data && (
				<ul className="divide-y rounded-panel border bg-surface">
					{templates.data.map((template) => <TemplateRow key={template.id} template={template} onDelete={() => setDoomed(template)} onEdit={() => setEditing(template)} onShow={() => setShown(template)} />)}
				</ul>
			)}
			{editing && <TemplateDialog project={null} template={editing} onClose={() => setEditing(null)} />}
			{shown && <DocumentDialog template={shown} onClose={() => setShown(null)} />}
			<Confirm
				isOpen={doomed !== null}
				onClose={() => setDoomed(null)}
				title={`Delete ${doomed?.name ?? ""}?`}
				text="The template goes. Projects that began with it stay as they are."
				confirmLabel="Delete template"
				isBusy={drop.isPending}
				onConfirm={finish}
			/>
		</Page>
	);
}
