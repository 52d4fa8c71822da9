/* People who may sign in. */
import { useQuery } from "@tanstack/react-query";
import { Ban, EllipsisVertical, KeySquare, Plus, Trash2, UserCheck } from "@/ui/icons";
import { useState } from "react";
import { useChangeUser, useDeleteUser, usersQuery } from "@/api/admin";
import { useUser } from "@/api/session";
import type { Role, User } from "@/api/types";
import { formatTime } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { Menu } from "@/ui/menu";
import { Loading, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { Select } from "@/ui/select";
import { toast } from "@/ui/toast";
import { roleChoices } from "./roles";
import { NewUserDialog, ResetPasswordDialog } from "./user-dialog";

interface RowProps { user: User; isSelf: boolean; onChange: (change: { role?: Role; is_disabled?: boolean }) => void; onReset: () => void; onDelete: () => void }

function UserRow({ user, isSelf, onChange, onReset, onDelete }: RowProps) {
	return (
		<li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
			<div className="min-w-0 flex-1 basis-48">
				<p className="text-sm font-semibold">{user.name} {isSelf && <span className="font-normal text-muted">(you)</span>} {user.is_disabled && <Badge tone="warn">may not sign in</Badge>}</p>
				{user.created_at && <p className="text-xs text-muted">since {formatTime(user.created_at)}</p>}
			</div>
			<Select aria-label={`Role of ${user.name}`} className="w-44" isDisabled={isSelf} value={user.role} onChange={(role) => onChange({ role: role as Role })} choices={roleChoices} />
			<Menu
				trigger={<IconButton label={`Actions for ${user.name}`} size="icon-sm"><EllipsisVertical /></IconButton>}
				actions={[
					{ label: "New password", icon: <KeySquare />, onSelect: onReset },
					user.is_disabled
						? { label: "Let sign in again", icon: <UserCheck />, onSelect: () => onChange({ is_disabled: false }) }
						: { label: "Keep from signing in", icon: <Ban />, isDisabled: isSelf, onSelect: () => onChange({ is_disabled: true }) },
					{ label: "Delete", icon: <Trash2 />, isDanger: true, isDisabled: isSelf, onSelect: onDelete },
				]}
			/>
		</li>
	);
}

export function UsersPage() {
	const self = useUser();
	const users = useQuery(usersQuery);
	const change = useChangeUser();
	const drop = useDeleteUser();
	const [isAdding, setIsAdding] = useState(false);
	const [resetting, setResetting] = useState<User | null>(null);
	const [doomed, setDoomed] = useState<User | null>(null);
	const onError = (error: Error) => toast(error.message, "bad");
	return (
		<Page title="Users" lead="Who may sign in, and what they may do." aside={<Button variant="primary" onClick={() => setIsAdding(true)}><Plus aria-hidden />New user</Button>}>
			<ProblemNotice error={users.error} onRetry={() => void users.refetch()} />
			{users.isPending && <Loading />}
			{users.data && (
				<ul className="divide-y rounded-panel border bg-surface">
					{users.data.map((user) => <UserRow key={user.id} user={user} isSelf={user.id === self?.id} onChange={(c) => change.mutate({ id: user.id, ...c }, { onError })} onReset={() => setResetting(user)} onDelete={() => setDoomed(user)} />)}
				</ul>
			)}
			{isAdding && <NewUserDialog onClose={() => setIsAdding(false)} />}
			{resetting && <ResetPasswordDialog user={resetting} onClose={() => setResetting(null)} />}
			<Confirm isOpen={doomed !== null} onClose={() => setDoomed(null)} title={`Delete ${doomed?.name ?? ""}?`} text="The account goes and its sessions end. What the person did stays in the audit log." confirmLabel="Delete user" isBusy={drop.isPending}
				onConfirm={() => doomed && drop.mutate(doomed.id, { onSettled: () => setDoomed(null), onError })} />
		</Page>
	);
}
