import { KeySquare, LogOut } from "@/ui/icons";
import { useState } from "react";
import { useSignOut, useUser } from "@/api/session";
import { PasswordDialog } from "@/features/session/password-dialog";
import { IconButton } from "@/ui/button";
import { toast } from "@/ui/toast";

const roles = { viewer: "Viewer", operator: "Operator", admin: "Administrator" };

export function UserCard() {
	const user = useUser();
	const signOut = useSignOut();
	const [isChanging, setIsChanging] = useState(false);
	if (!user) return null;
	return (
		<section aria-label="Account" className="flex items-center gap-2.5 border-t p-3">
			<span className="grid size-9 shrink-0 place-items-center rounded-full bg-teal text-sm font-semibold text-brand-ink uppercase" aria-hidden>{user.name.slice(0, 2)}</span>
			<div className="min-w-0 flex-1 leading-tight">
				<p className="truncate text-sm font-medium">{user.name}</p>
				<p className="truncate text-xs text-muted">{roles[user.role]}</p>
			</div>
			<IconButton label="Change password" size="icon-sm" onClick={() => setIsChanging(true)}><KeySquare /></IconButton>
			<IconButton label="Sign out" size="icon-sm" isBusy={signOut.isPending} onClick={() => signOut.mutate(undefined, { onError: (error) => toast("You are still signed in", "bad", error.message) })}><LogOut /></IconButton>
			<PasswordDialog isOpen={isChanging} onClose={() => setIsChanging(false)} />
		</section>
	);
}
