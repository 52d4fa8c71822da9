/* Step 5: what will happen, before it happens. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ScanSearch } from "@/ui/icons";
import { planQuery, validateQuery } from "@/api/projects";
import { useMayEdit } from "../editable";
import type { Project } from "@/api/types";
import { Button } from "@/ui/button";
import { Empty, Loading } from "@/ui/notice";
import { Tabs } from "@/ui/tabs";
import { useDraft } from "../draft";
import { WizardPage } from "../wizard-page";
import { Notes } from "./notes";
import { PlanTables } from "./plan-tables";
import { Readiness } from "./readiness";
import { RowPreview } from "./row-preview";
import { SchemaCompare } from "./schema-compare";
import { Statements } from "./statements";
import { TaskGraph } from "./task-graph";

function Everything({ project, isSaved }: { project: Project; isSaved: boolean }) {
	const maySeeRows = useMayEdit();
	const { tab = maySeeRows ? "rows" : "tables", table, target } = useSearch({ from: "/projects/$projectId/preview" });
	const navigate = useNavigate({ from: "/projects/$projectId/preview" });
	const validation = useQuery(validateQuery(project.document));
	const plan = useQuery({ ...planQuery(project.id, project.version), enabled: isSaved });
	if (!project.source_connection_id || !project.target_connection_id) {
		return (
			<Empty icon={<ScanSearch />} title="Nothing to preview yet" actions={<Button asChild variant="primary"><Link to="/projects/$projectId/tables" params={{ projectId: project.id }}>Choose both sides</Link></Button>}>
				Once source and target are chosen, this page shows ten rows of each table before and after, what is lost on the way, and every statement that will run.
			</Empty>
		);
	}
	const data = plan.data;
	const waiting = plan.isError ? null : <Loading label="Reading both sides and planning…" />;
	return (
		<>
			<Readiness projectId={project.id} validation={validation} plan={plan} />
			<Tabs
				label="Parts of the preview"
				value={tab}
				onChange={(next) => void navigate({ search: (old) => ({ ...old, tab: next }), replace: true })}
				tabs={[
					...(maySeeRows ? [{ value: "rows", label: "Rows", content: data ? <RowPreview projectId={project.id} document={project.document} plan={data} chosen={{ table, target }} onChoose={(next) => void navigate({ search: (old) => ({ ...old, ...next }), replace: true })} /> : waiting }] : []),
					{ value: "tables", label: "Tables", count: data?.tables.length, content: data ? <PlanTables plan={data} /> : waiting },
					{ value: "notes", label: "Losses and notes", count: data?.notes.length, content: data ? <Notes plan={data} /> : waiting },
					{ value: "statements", label: "Statements", content: data ? <Statements plan={data} /> : waiting },
					{ value: "graph", label: "Task graph", content: data ? <TaskGraph plan={data} /> : waiting },
					{ value: "compare", label: "Both schemas", content: <SchemaCompare project={project} /> },
				]}
			/>
		</>
	);
}

export function PreviewPage() {
	const { projectId } = useParams({ from: "/projects/$projectId/preview" });
	const draft = useDraft(projectId);
	return (
		<WizardPage step={5} draft={draft} lead="What will happen, before anything happens. Nothing is written by looking.">
			{(project) => <Everything project={project} isSaved={draft.state.kind === "saved"} />}
		</WizardPage>
	);
}
