/* A new user, or a new password for one. */
import { useState } from "react";
import { useChangeUser, useCreateUser } from "@/api/admin";
import type { Role, User } from "@/api/types";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";
import { ProblemNotice } from "@/ui/notice";
import { Select } from "@/ui/select";
import { toast } from "@/ui/toast";
import { roleChoices } from "./roles";

export function NewUserDialog({ onClose }: { onClose: () => void }) {
	const create = useCreateUser();
	const [name, setName] = useState("");
	const [password, setPassword] = useState("");
	const [role, setRole] = useState<Role>("operator");
	const submit = () => create.mutate({ name: name.trim(), password, role }, { onSuccess: (user) => { toast(`${user.name} can sign in now`); onClose(); } });
	return (
		<Dialog isOpen onClose={onClose} title="New user" actions={<><Button onClick={onClose}>Cancel</Button><Button variant="primary" type="submit" form="new-user" isBusy={create.isPending}>Create user</Button></>}>
			<form id="new-user" className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); submit(); }}>
				<ProblemNotice error={create.error} />
				<Field label="Name" isRequired>{(control) => <Input {...control} value={name} onChange={(e) => setName(e.target.value)} autoFocus />}</Field>
				<Field label="Password" isRequired help="At least 10 characters. Tell it to the person; it can be changed after signing in.">{(control) => <Input {...control} type="password" autoComplete="new-password" minLength={10} value={password} onChange={(e) => setPassword(e.target.value)} />}</Field>
				<Field label="Role">{(control) => <Select {...control} value={role} onChange={(value) => setRole(value as Role)} choices={roleChoices} />}</Field>
			</form>
		</Dialog>
	);
}

export function ResetPasswordDialog({ user, onClose }: { user: User; onClose: () => void }) {
	const change = useChangeUser();
	const [password, setPassword] = useState("");
	const submit = () => change.mutate({ id: user.id, password }, { onSuccess: () => { toast(`${user.name} has a new password`); onClose(); } });
	return (
		<Dialog isOpen onClose={onClose} title={`New password for ${user.name}`} description="Sessions of this user end." actions={<><Button onClick={onClose}>Cancel</Button><Button variant="primary" type="submit" form="reset-password" isBusy={change.isPending}>Set password</Button></>}>
			<form id="reset-password" className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); submit(); }}>
				<ProblemNotice error={change.error} />
				<Field label="Password" isRequired help="At least 10 characters.">{(control) => <Input {...control} type="password" autoComplete="new-password" minLength={10} value={password} onChange={(e) => setPassword(e.target.value)} autoFocus />}</Field>
			</form>
		</Dialog>
	);
}
