import { useState } from "react";
import { useChangePassword } from "@/api/session";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";
import { ProblemNotice } from "@/ui/notice";
import { toast } from "@/ui/toast";

export function PasswordDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
	const change = useChangePassword();
	const [old, setOld] = useState("");
	const [next, setNext] = useState("");
	const close = () => {
		setOld("");
		setNext("");
		change.reset();
		onClose();
	};
	const submit = () => change.mutate({ old, new: next }, { onSuccess: () => { toast("Password changed"); close(); } });
	return (
		<Dialog
			isOpen={isOpen}
			onClose={close}
			title="Change your password"
			actions={<><Button onClick={close}>Cancel</Button><Button variant="primary" form="password-form" type="submit" isBusy={change.isPending}>Change password</Button></>}
		>
			<form id="password-form" className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); submit(); }}>
				<ProblemNotice error={change.error} />
				<Field label="Password until now" isRequired>{(control) => <Input {...control} type="password" autoComplete="current-password" value={old} onChange={(e) => setOld(e.target.value)} />}</Field>
				<Field label="New password" isRequired help="At least 10 characters. Your other sessions end.">{(control) => <Input {...control} type="password" autoComplete="new-password" minLength={10} value={next} onChange={(e) => setNext(e.target.value)} />}</Field>
			</form>
		</Dialog>
	);
}
