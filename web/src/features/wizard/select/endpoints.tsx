/* From where to where. */
import { useQuery } from "@tanstack/react-query";
import { ArrowRight } from "@/ui/icons";
import { connectionsQuery, connectorsQuery } from "@/api/connections";
import type { Project } from "@/api/types";
import { ConnectionSelect } from "@/features/projects/connection-select";
import { Notice } from "@/ui/notice";
import { Panel } from "@/ui/panel";
import type { DraftHandle } from "../draft";

export function Endpoints({ project, draft }: { project: Project; draft: DraftHandle }) {
	const connections = useQuery(connectionsQuery);
	const connectors = useQuery(connectorsQuery);
	const lists = { connections: connections.data, connectors: connectors.data };
	const isSame = project.source_connection_id !== null && project.source_connection_id === project.target_connection_id;
	return (
		<Panel bodyClassName="flex flex-col gap-3">
			<div className="grid items-end gap-3 md:grid-cols-[1fr_auto_1fr]">
				<ConnectionSelect label="Source" role="source" value={project.source_connection_id ?? ""} onChange={(id) => draft.edit(() => ({ source_connection_id: id }))} {...lists} />
				<ArrowRight className="mb-2 hidden size-5 text-brand-text md:block" aria-hidden />
				<ConnectionSelect label="Target" role="target" value={project.target_connection_id ?? ""} onChange={(id) => draft.edit(() => ({ target_connection_id: id }))} {...lists} />
			</div>
			{isSame && <Notice tone="warn" title="Source and target are the same database">That works only where tables go to other names or schemas.</Notice>}
		</Panel>
	);
}
