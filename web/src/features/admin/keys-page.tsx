/* Keys for programs. */
import { useQuery } from "@tanstack/react-query";
import { KeyRound, Plus, Trash2 } from "@/ui/icons";
import { useState } from "react";
import { keysQuery, useDeleteKey } from "@/api/admin";
import type { ApiKey } from "@/api/types";
import { formatAgo, formatTime } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { Empty, Loading, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { toast } from "@/ui/toast";
import { NewKeyDialog } from "./key-dialog";
import { roleLabel } from "./roles";

function expiryOf(key: ApiKey): { text: string; isOver: boolean } {
	if (!key.expires_at) return { text: "does not expire", isOver: false };
	const isOver = new Date(key.expires_at).getTime() < Date.now();
	return { text: isOver ? `expired ${formatTime(key.expires_at)}` : `until ${formatTime(key.expires_at)}`, isOver };
}

export function KeysPage() {
	const keys = useQuery(keysQuery);
	const drop = useDeleteKey();
	const [isAdding, setIsAdding] = useState(false);
	const [doomed, setDoomed] = useState<ApiKey | null>(null);
	const add = <Button variant="primary" onClick={() => setIsAdding(true)}><Plus aria-hidden />New key</Button>;
	return (
		<Page title="API keys" lead="For scripts and other programs. A key goes along as a bearer token and can do what its role may." aside={keys.data?.length ? add : null}>
			<ProblemNotice error={keys.error} onRetry={() => void keys.refetch()} />
			{keys.isPending && <Loading />}
			{keys.data?.length === 0 && (
				<Empty icon={<KeyRound />} title="No key yet" actions={add}>
					Everything that this page can do, a script can do too: start executions, follow them, fetch reports. The list of calls is at <a className="font-medium text-brand-text underline" href="/api/openapi.json">/api/openapi.json</a>.
				</Empty>
			)}
			{keys.data && keys.data.length > 0 && (
				<ul className="divide-y rounded-panel border bg-surface">
					{keys.data.map((key) => {
						const expiry = expiryOf(key);
						return (
							<li key={key.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 text-sm">
								<span className="min-w-0 flex-1 basis-48 font-semibold">{key.name}</span>
								<Badge>{roleLabel(key.role)}</Badge>
								<span className="w-52 text-[13px] text-muted">{expiry.isOver ? <Badge tone="warn">{expiry.text}</Badge> : expiry.text}</span>
								<span className="w-40 text-[13px] text-muted">{key.last_used_at ? `used ${formatAgo(key.last_used_at)}` : `made ${formatAgo(key.created_at)}`}</span>
								<IconButton label={`Delete ${key.name}`} size="icon-sm" onClick={() => setDoomed(key)}><Trash2 /></IconButton>
							</li>
						);
					})}
				</ul>
			)}
			{isAdding && <NewKeyDialog onClose={() => setIsAdding(false)} />}
			<Confirm isOpen={doomed !== null} onClose={() => setDoomed(null)} title={`Delete ${doomed?.name ?? ""}?`} text="Programs that use it are refused from now on." confirmLabel="Delete key" isBusy={drop.isPending}
				onConfirm={() => doomed && drop.mutate(doomed.id, { onSettled: () => setDoomed(null), onError: (error) => toast(error.message, "bad") })} />
		</Page>
	);
}
