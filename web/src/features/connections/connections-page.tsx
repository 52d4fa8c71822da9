/* All connections. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Cable, EllipsisVertical, Pencil, PlugZap, Plus, TableProperties, Trash2 } from "@/ui/icons";
import { useState } from "react";
import { connectionsQuery, connectorsQuery, useDeleteConnection, useTestConnection } from "@/api/connections";
import { useMay } from "@/api/session";
import type { Connection } from "@/api/types";
import { Button, IconButton } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { Menu } from "@/ui/menu";
import { Empty, Loading, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { toast } from "@/ui/toast";
import { TestBadge } from "./test-result";

function useRetest(): { test: (connection: Connection) => void; isBusy: (id: string) => boolean } {
	const test = useTestConnection();
	return {
		test: (connection) => test.mutate(connection.id, {
			onSuccess: (result) => (result.ok ? toast(`${connection.name} works`) : toast(result.error?.message ?? `${connection.name} does not work`, "bad", result.error?.hint)),
			onError: (error) => toast(error.message, "bad"),
		}),
		isBusy: (id) => test.isPending && test.variables === id,
	};
}

function ConnectionRow({ connection, title, onDelete }: { connection: Connection; title: string; onDelete: () => void }) {
	const navigate = useNavigate();
	const mayEdit = useMay("operator");
	const { test, isBusy } = useRetest();
	const params = { connectionId: connection.id };
	return (
		<li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
			<div className="min-w-0 flex-1 basis-64">
				<Link to="/connections/$connectionId" params={params} className="text-sm font-semibold hover:text-brand-text hover:underline">{connection.name}</Link>
				<p className="truncate font-mono text-xs text-muted">{connection.url}</p>
			</div>
			<span className="w-44 truncate text-[13px] text-muted">{title}</span>
			<div className="flex w-44 justify-start"><TestBadge test={connection.last_test} /></div>
			<div className="ml-auto flex items-center gap-1">
				{mayEdit && <Button size="sm" onClick={() => test(connection)} isBusy={isBusy(connection.id)}><PlugZap aria-hidden />Test</Button>}
				<Menu
					trigger={<IconButton label={`Actions for ${connection.name}`} size="icon-sm"><EllipsisVertical /></IconButton>}
					actions={[
						{ label: "Browse tables", icon: <TableProperties />, onSelect: () => void navigate({ to: "/connections/$connectionId", params }) },
						...(mayEdit ? [
							{ label: "Edit", icon: <Pencil />, onSelect: () => void navigate({ to: "/connections/$connectionId/edit", params }) },
							{ label: "Delete", icon: <Trash2 />, isDanger: true, onSelect: onDelete },
						] : []),
					]}
				/>
			</div>
		</li>
	);
}

export function ConnectionsPage() {
	const connections = useQuery(connectionsQuery);
	const connectors = useQuery(connectorsQuery);
	const mayEdit = useMay("operator");
	const drop = useDeleteConnection();
	const [doomed, setDoomed] = useState<Connection | null>(null);
	const add = mayEdit && <Button asChild variant="primary"><Link to="/connections/new"><Plus aria-hidden />New connection</Link></Button>;
	const titleOf = (connection: Connection) => connectors.data?.find((c) => c.name === connection.connector)?.title ?? connection.connector;
	return (
		<Page title="Connections" lead="The databases that Ferry knows. A project takes one as its source and one as its target." aside={connections.data?.length ? add : null}>
			<ProblemNotice error={connections.error} onRetry={() => void connections.refetch()} />
			{connections.isPending && <Loading />}
			{connections.data?.length === 0 && (
				<Empty icon={<Cable />} title="No connection yet" actions={add}>
					A connection holds a database's address and its sealed password. Make two: where the data is, and where it shall go. For the source an account that can read is enough.{!mayEdit && " Operators and administrators can make them."}
				</Empty>
			)}
			{connections.data && connections.data.length > 0 && (
				<ul className="divide-y rounded-panel border bg-surface">
					{connections.data.map((connection) => <ConnectionRow key={connection.id} connection={connection} title={titleOf(connection)} onDelete={() => setDoomed(connection)} />)}
				</ul>
			)}
			<Confirm
				isOpen={doomed !== null}
				onClose={() => setDoomed(null)}
				title={`Delete ${doomed?.name ?? ""}?`}
				text="Ferry forgets the address and the password. The database itself is not touched. Projects that use it need another one."
				confirmLabel="Delete connection"
				isBusy={drop.isPending}
				onConfirm={() => doomed && drop.mutate(doomed, { onSuccess: () => setDoomed(null), onError: (error) => { toast(error.message, "bad"); setDoomed(null); } })}
			/>
		</Page>
	);
}
