import { Link } from "@tanstack/react-router";
import { Copy, Download, EllipsisVertical, FileClock, FileCode, LockKeyhole, Pencil, Trash2, Users } from "@/ui/icons";
import { apiUrl } from "@/api/client";
import { useDuplicateProject } from "@/api/projects";
import { useMayIn } from "@/api/session";
import type { Project } from "@/api/types";
import { StateBadge } from "@/features/executions/state";
import { formatAgo } from "@/lib/format";
import { IconButton } from "@/ui/button";
import { Menu } from "@/ui/menu";
import { toast } from "@/ui/toast";

interface Props { project: Project; source: string | null; target: string | null; onDelete: () => void; onMembers: () => void; onRename: () => void; onTemplate: () => void; onVersions: () => void }

export function ProjectRow({ project, source, target, onDelete, onMembers, onRename, onTemplate, onVersions }: Props) {
	const mayEdit = useMayIn(project, "operator");
	/* What is saved as a template everybody sees. */
	const mayPublish = useMayIn(project, project.is_restricted ? "admin" : "operator");
	const duplicate = useDuplicateProject();
	const save = (format: string) => window.location.assign(apiUrl(`/projects/${project.id}/export`, { format }));
	return (
		<li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
			<div className="min-w-0 flex-1 basis-72">
				<Link to="/projects/$projectId/tables" params={{ projectId: project.id }} className="text-sm font-semibold hover:text-brand-text hover:underline">{project.name}</Link>
				{project.is_restricted && <span className="ml-2 inline-flex items-center gap-1 text-[13px] text-muted [&_svg]:size-3.5"><LockKeyhole aria-hidden />for its members</span>}
				<p className="truncate text-[13px] text-muted">{source ?? "no source yet"} <span aria-label="to">→</span> {target ?? "no target yet"}</p>
			</div>
			<div className="w-44">
				{project.last_execution ? (
					<Link to="/executions/$executionId" params={{ executionId: project.last_execution.id }} aria-label={`Last execution of ${project.name}`} className="inline-flex rounded-full"><StateBadge execution={project.last_execution} /></Link>
				) : <span className="text-[13px] text-muted">Never started</span>}
			</div>
			<span className="w-40 text-[13px] text-muted">Version {project.version}, {formatAgo(project.updated_at)}</span>
			<Menu
				trigger={<IconButton label={`Actions for ${project.name}`} size="icon-sm" className="ml-auto"><EllipsisVertical /></IconButton>}
				actions={[
					...(mayEdit ? [{ label: "Rename", icon: <Pencil />, onSelect: onRename }, { label: "Duplicate", icon: <Copy />, onSelect: () => duplicate.mutate(project.id, { onSuccess: (copy) => toast(`${copy.name} is there`), onError: (error) => toast(error.message, "bad") }) }] : []),
					...(mayPublish ? [{ label: "Save as template", icon: <FileCode />, onSelect: onTemplate }] : []),
					{ label: "Members", icon: <Users />, onSelect: onMembers },
					{ label: "Versions", icon: <FileClock />, onSelect: onVersions },
					{ label: "Export as YAML", icon: <Download />, onSelect: () => save("yaml") },
					{ label: "Export as JSON", icon: <Download />, onSelect: () => save("json") },
					...(mayEdit ? [{ label: "Delete", icon: <Trash2 />, isDanger: true, onSelect: onDelete }] : []),
				]}
			/>
		</li>
	);
}
