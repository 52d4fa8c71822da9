/* A project's document as a template, or the name and description of one that is there. */
import { useState } from "react";
import { useSaveTemplate } from "@/api/templates";
import type { Project, Template } from "@/api/types";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input, TextArea } from "@/ui/field";
import { ProblemNotice } from "@/ui/notice";
import { toast } from "@/ui/toast";

interface Props { project: Project | null; template: Template | null; onClose: () => void }

export function TemplateDialog({ project, template, onClose }: Props) {
	const save = useSaveTemplate(template);
	const [name, setName] = useState(template?.name ?? project?.name ?? "");
	const [description, setDescription] = useState(template?.description ?? "");
	const submit = () => save.mutate({ name: name.trim(), description: description.trim(), ...(project ? { project_id: project.id } : {}) }, {
		onSuccess: (saved) => { toast(template ? `${saved.name} is saved` : `New projects can begin with ${saved.name}`); onClose(); },
	});
	return (
		<Dialog
			isOpen
			onClose={onClose}
			title={template ? `Edit ${template.name}` : `Save ${project?.name ?? ""} as a template`}
			{...(template ? {} : { description: "Tables, mapping, SQL and options as they are now, without the connections. Everybody will see it." })}
			actions={<><Button onClick={onClose}>Cancel</Button><Button variant="primary" type="submit" form="template" isBusy={save.isPending} disabled={name.trim() === ""}>Save template</Button></>}
		>
			<form id="template" className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); submit(); }}>
				<ProblemNotice error={save.error} />
				<Field label="Name" isRequired>{(control) => <Input {...control} value={name} maxLength={200} onChange={(e) => setName(e.target.value)} autoFocus />}</Field>
				<Field label="Description" help="What it does, and when it is the right one.">{(control) => <TextArea {...control} className="font-sans" value={description} maxLength={2000} onChange={(e) => setDescription(e.target.value)} />}</Field>
			</form>
		</Dialog>
	);
}
