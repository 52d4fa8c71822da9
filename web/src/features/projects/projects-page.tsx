/* All projects. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { FileCode, FolderKanban, Plus, Upload } from "@/ui/icons";
import { useRef, useState } from "react";
import { connectionsQuery } from "@/api/connections";
import { projectsQuery, useDeleteProject, useImportProject } from "@/api/projects";
import { useMay } from "@/api/session";
import type { Project } from "@/api/types";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { Empty, Loading, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { toast } from "@/ui/toast";
import { MembersDialog } from "./members-dialog";
import { NewProjectDialog } from "./new-project-dialog";
import { ProjectRow } from "./project-row";
import { RenameDialog } from "./rename-dialog";
import { TemplateDialog } from "./template-dialog";
import { VersionsDialog } from "./versions-dialog";

function ImportButton() {
	const input = useRef<HTMLInputElement>(null);
	const take = useImportProject();
	const read = async (file: File) => {
		const text = await file.text();
		take.mutate({ name: file.name.replace(/\.(ya?ml|json)$/i, ""), text }, {
			onSuccess: (project) => toast(`${project.name} is imported`),
			onError: (error) => toast(error.message, "bad", "hint" in error && typeof error.hint === "string" ? error.hint : null),
		});
	};
	return (
		<>
			<Button onClick={() => input.current?.click()} isBusy={take.isPending}><Upload aria-hidden />Import</Button>
			<input ref={input} type="file" accept=".yaml,.yml,.json" className="hidden" aria-label="Project file" onChange={(event) => { const file = event.target.files?.[0]; event.target.value = ""; if (file) void read(file); }} />
		</>
	);
}

export function ProjectsPage() {
	const search = useSearch({ from: "/projects" });
	const navigate = useNavigate({ from: "/projects" });
	const projects = useQuery(projectsQuery);
	const connections = useQuery(connectionsQuery);
	const mayEdit = useMay("operator");
	const drop = useDeleteProject();
	const [doomed, setDoomed] = useState<Project | null>(null);
	const [membersOf, setMembersOf] = useState<Project | null>(null);
	const [renaming, setRenaming] = useState<Project | null>(null);
	const [templateOf, setTemplateOf] = useState<Project | null>(null);
	const [versionsOf, setVersionsOf] = useState<Project | null>(null);
	const open = () => void navigate({ search: { new: true } });
	const nameOf = (id: string | null) => connections.data?.find((c) => c.id === id)?.name ?? null;
	return (
		<Page title="Projects" lead="Each is one migration, with its mapping and its history." aside={<><Button asChild><Link to="/projects/templates"><FileCode aria-hidden />Templates</Link></Button>{mayEdit && <><ImportButton /><Button variant="primary" onClick={open}><Plus aria-hidden />New project</Button></>}</>}>
			<ProblemNotice error={projects.error} onRetry={() => void projects.refetch()} />
			{projects.isPending && <Loading />}
			{projects.data?.length === 0 && (
				<Empty icon={<FolderKanban />} title="No project yet" actions={mayEdit && <Button variant="primary" onClick={open}><Plus aria-hidden />New project</Button>}>
					A project keeps everything about one migration: source and target, the tables, how columns are mapped, and how it shall run. A file of <code className="font-mono text-[13px]">ferry plan --save</code> can be imported.{!mayEdit && " Operators and administrators can make one."}
				</Empty>
			)}
			{projects.data && projects.data.length > 0 && (
				<ul className="divide-y rounded-panel border bg-surface">
					{projects.data.map((project) => (
						<ProjectRow key={project.id} project={project} source={nameOf(project.source_connection_id)} target={nameOf(project.target_connection_id)} onDelete={() => setDoomed(project)} onMembers={() => setMembersOf(project)} onRename={() => setRenaming(project)} onTemplate={() => setTemplateOf(project)} onVersions={() => setVersionsOf(project)} />
					))}
				</ul>
			)}
			<NewProjectDialog key={search.template} template={search.template} isOpen={mayEdit && search.new === true} onClose={() => void navigate({ search: {} })} />
			{membersOf && <MembersDialog project={membersOf} onClose={() => setMembersOf(null)} />}
			{templateOf && <TemplateDialog project={templateOf} template={null} onClose={() => setTemplateOf(null)} />}
			{renaming && <RenameDialog project={renaming} onClose={() => setRenaming(null)} />}
			{versionsOf && <VersionsDialog project={versionsOf} onClose={() => setVersionsOf(null)} />}
			<Confirm
				isOpen={doomed !== null}
				onClose={() => setDoomed(null)}
				title={`Delete ${doomed?.name ?? ""}?`}
				text="The project and its versions go. No database is touched. Export it first, if it may be needed again."
				confirmLabel="Delete project"
				isBusy={drop.isPending}
				onConfirm={() => doomed && drop.mutate(doomed, { onSuccess: () => setDoomed(null), onError: (error) => { toast(error.message, "bad"); setDoomed(null); } })}
			/>
		</Page>
	);
}
