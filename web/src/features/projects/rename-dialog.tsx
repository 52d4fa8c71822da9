/* Another name for a project: a version like every other change. */
import { useState } from "react";
import { useRenameProject } from "@/api/projects";
import type { Project } from "@/api/types";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";
import { ProblemNotice } from "@/ui/notice";

export function RenameDialog({ project, onClose }: { project: Project; onClose: () => void }) {
	const rename = useRenameProject(project);
	const [name, setName] = useState(project.name);
	return (
		<Dialog
			isOpen
			onClose={onClose}
			title={`Rename ${project.name}`}
			actions={<><Button onClick={onClose}>Cancel</Button><Button variant="primary" type="submit" form="rename" isBusy={rename.isPending} disabled={name.trim() === "" || name.trim() === project.name}>Rename</Button></>}
		>
			<form id="rename" className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); rename.mutate(name.trim(), { onSuccess: onClose }); }}>
				<ProblemNotice error={rename.error} />
				<Field label="Name" isRequired>{(control) => <Input {...control} value={name} onChange={(e) => setName(e.target.value)} autoFocus />}</Field>
			</form>
		</Dialog>
	);
}
