import { KeySquare, LogOut } from "@/ui/icons";
import { useState } from "react";
import { useSignOut, useUser } from "@/api/session";
import { PasswordDialog } from "@/features/session/password-dialog";
import { dropDrafts, flushAll } from "@/features/wizard/draft";
import { IconButton } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { toast } from "@/ui/toast";

const roles = { viewer: "Viewer", operator: "Operator", admin: "Administrator" };

/* What was typed a moment ago is saved first; what cannot be is lost only by one's own word. */
function useLeaving() {
	const signOut = useSignOut();
	const [isSaving, setIsSaving] = useState(false);
	const [isAsking, setIsAsking] = useState(false);
	const leave = () => signOut.mutate(undefined, {
		onSuccess: dropDrafts,
		onError: (error) => toast("You are still signed in", "bad", error.message),
		onSettled: () => setIsAsking(false),
	});
	const begin = async () => {
		setIsSaving(true);
		const isSaved = await flushAll();
		setIsSaving(false);
		if (isSaved) leave();
		else setIsAsking(true);
	};
	return { begin, leave, isAsking, stay: () => setIsAsking(false), isBusy: isSaving || signOut.isPending };
}

export function UserCard() {
	const user = useUser();
	const leaving = useLeaving();
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
			<IconButton label="Sign out" size="icon-sm" isBusy={leaving.isBusy} onClick={() => void leaving.begin()}><LogOut /></IconButton>
			<Confirm
				isOpen={leaving.isAsking}
				onClose={leaving.stay}
				onConfirm={leaving.leave}
				isBusy={leaving.isBusy}
				title="Sign out without the last edits?"
				text="A project has edits that could not be saved: its page says why. Signed out, they are gone."
				confirmLabel="Sign out"
				cancelLabel="Stay"
			/>
			<PasswordDialog isOpen={isChanging} onClose={() => setIsChanging(false)} />
		</section>
	);
}
