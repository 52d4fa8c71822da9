/* A new project: a name and, when they are known, both connections. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { connectionsQuery, connectorsQuery } from "@/api/connections";
import { useCreateProject } from "@/api/projects";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";
import { ProblemNotice } from "@/ui/notice";
import { ConnectionSelect } from "./connection-select";
import { TemplateSelect, noTemplate } from "./template-select";

export function NewProjectDialog({ isOpen, template: first, onClose }: { isOpen: boolean; template: string | undefined; onClose: () => void }) {
	const navigate = useNavigate();
	const connections = useQuery({ ...connectionsQuery, enabled: isOpen });
	const connectors = useQuery({ ...connectorsQuery, enabled: isOpen });
	const create = useCreateProject();
	const [name, setName] = useState("");
	const [source, setSource] = useState("");
	const [target, setTarget] = useState("");
	const [template, setTemplate] = useState(first ?? noTemplate);
	const submit = () => create.mutate({ name: name.trim(), source_connection_id: source || null, target_connection_id: target || null, ...(template === noTemplate ? { document: { version: 1 } } : { template_id: template }) }, {
		onSuccess: (project) => void navigate({ to: "/projects/$projectId/tables", params: { projectId: project.id } }),
	});
	return (
		<Dialog
			isOpen={isOpen}
			onClose={onClose}
			title="New project"
			description="A project is one migration: from where, to where, and what shall be different on the way."
			actions={<><Button onClick={onClose}>Cancel</Button><Button variant="primary" type="submit" form="new-project" isBusy={create.isPending} disabled={name.trim() === ""}>Create project</Button></>}
		>
			<form id="new-project" className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); submit(); }}>
				<ProblemNotice error={create.error ?? connections.error} />
				<Field label="Name" isRequired>{(control) => <Input {...control} value={name} onChange={(e) => setName(e.target.value)} placeholder="Shop to warehouse" autoFocus />}</Field>
				<TemplateSelect value={template} onChange={setTemplate} />
				<ConnectionSelect label="Source" role="source" value={source} onChange={setSource} connections={connections.data} connectors={connectors.data} help="Where the data is. It is only read." />
				<ConnectionSelect label="Target" role="target" value={target} onChange={setTarget} connections={connections.data} connectors={connectors.data} help="Where it shall go." />
				{connections.data && connections.data.length < 2 && (
					<p className="text-[13px] text-muted">A connection is missing? <Link to="/connections/new" className="font-medium text-brand-text hover:underline">Make one</Link> first, or choose it later.</p>
				)}
			</form>
		</Dialog>
	);
}
