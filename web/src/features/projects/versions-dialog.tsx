/* The versions of a project; an older one can be made the newest again. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { fetchVersion, saveProject, versionsQuery } from "@/api/projects";
import { useMayIn } from "@/api/session";
import type { Project } from "@/api/types";
import { formatTime } from "@/lib/format";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Loading, ProblemNotice } from "@/ui/notice";
import { toast } from "@/ui/toast";

export function VersionsDialog({ project, onClose }: { project: Project; onClose: () => void }) {
	const client = useQueryClient();
	const mayEdit = useMayIn(project, "operator");
	const versions = useQuery(versionsQuery(project.id));
	const restore = useMutation({
		mutationFn: async (version: number) => {
			const old = await fetchVersion(project.id, version);
			return saveProject(project.id, project.version, { name: old.name, source_connection_id: old.source_connection_id, target_connection_id: old.target_connection_id, document: old.document });
		},
		onSuccess: (saved, version) => {
			void client.invalidateQueries({ queryKey: ["projects"] });
			toast(`Version ${version} is current again, as version ${saved.version}`);
			onClose();
		},
	});
	return (
		<Dialog isOpen onClose={onClose} title={`Versions of ${project.name}`} description="What was changed within five minutes, and what was run, is a version." side="right">
			<ProblemNotice error={versions.error ?? restore.error} className="mb-3" />
			{versions.isPending && <Loading />}
			<ul className="divide-y">
				{versions.data?.items.map((version) => (
					<li key={version.version} className="flex items-center gap-3 py-2.5 text-sm">
						<span className="font-semibold">{version.version}</span>
						<span className="min-w-0 flex-1 truncate text-muted">{formatTime(version.created_at)}, {version.user}</span>
						{version.version === project.version ? <span className="text-[13px] text-muted">current</span> : mayEdit && (
							<Button size="sm" isBusy={restore.isPending && restore.variables === version.version} onClick={() => restore.mutate(version.version)}>Restore</Button>
						)}
					</li>
				))}
			</ul>
		</Dialog>
	);
}
