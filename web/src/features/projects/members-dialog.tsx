/* Whom a project is for: everybody, or its members, each with a role in it. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { usersQuery } from "@/api/admin";
import { membersQuery, useSaveMembers } from "@/api/projects";
import { useMay, useMayIn, useUser } from "@/api/session";
import type { Members, Project, Role } from "@/api/types";
import { Plus, Trash2 } from "@/ui/icons";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";
import { Loading, Notice, ProblemNotice } from "@/ui/notice";
import { Select, type Choice } from "@/ui/select";
import { toast } from "@/ui/toast";
import { Switch } from "@/ui/toggle";

const roles: (Choice & { value: Role })[] = [
	{ value: "viewer", label: "Viewer", help: "sees the project and its executions" },
	{ value: "operator", label: "Operator", help: "also changes it, starts and stops executions" },
	{ value: "admin", label: "Project admin", help: "also says who its members are" },
];

interface Member { user: string; role: Role }

export function MembersDialog({ project, onClose }: { project: Project; onClose: () => void }) {
	const members = useQuery(membersQuery(project.id));
	return (
		<Dialog isOpen onClose={onClose} title={`Members of ${project.name}`} description="Who sees the project, its executions and their logs, and what each may do with it." className="max-sm:w-[calc(100vw-1rem)]">
			<ProblemNotice error={members.error} />
			{members.isPending && <Loading />}
			{members.data && <MembersForm key={members.dataUpdatedAt} project={project} members={members.data} onClose={onClose} />}
		</Dialog>
	);
}

function MembersForm({ project, members, onClose }: { project: Project; members: Members; onClose: () => void }) {
	const user = useUser();
	const isAdmin = useMay("admin");
	const isOpen = !members.is_restricted;
	const mayShare = useMayIn(project, isOpen ? "operator" : "admin");
	const people = useQuery({ ...usersQuery, enabled: isAdmin });
	const save = useSaveMembers(project.id);
	const [isRestricted, setRestricted] = useState(members.is_restricted);
	const [list, setList] = useState<Member[]>(members.items.map(({ user: name, role }) => ({ user: name, role })));
	const [name, setName] = useState("");
	const restrict = (next: boolean) => {
		setRestricted(next);
		/* Who closes it stays inside. */
		if (next && user && !isAdmin && !list.some((m) => m.user === user.name)) setList([{ user: user.name, role: "admin" }, ...list]);
	};
	const add = (who: string) => {
		if (who && !list.some((m) => m.user === who)) setList([...list, { user: who, role: "viewer" }]);
		setName("");
	};
	const submit = () => save.mutate({ is_restricted: isRestricted, members: list }, { onSuccess: () => { toast(isRestricted ? `${project.name} is for its members now` : `${project.name} is open to everybody`); onClose(); } });
	const others = people.data?.filter((p) => !list.some((m) => m.user === p.name));
	return (
		<div className="flex flex-col gap-4">
			<ProblemNotice error={save.error} />
			{!mayShare && <Notice title="You can look, but not change">Members are chosen by the project's admins and by administrators.</Notice>}
			<Switch checked={isRestricted} onChange={restrict} isDisabled={!mayShare} label="Only for members" help="Others do not see the project at all. Administrators always do." />
			{isRestricted && (
				<>
					<ul className="divide-y rounded-panel border" aria-label="Members">
						{list.length === 0 && <li className="px-3 py-2.5 text-sm text-muted">Nobody yet: only administrators would see it.</li>}
						{list.map((member) => (
							<li key={member.user} className="flex items-center gap-2 px-3 py-2">
								<span className="min-w-0 flex-1 truncate text-sm font-medium">{member.user}</span>
								<Select className="w-40" aria-label={`Role of ${member.user} in the project`} value={member.role} onChange={(role) => setList(list.map((m) => (m === member ? { ...m, role: role as Role } : m)))} choices={roles} isDisabled={!mayShare} />
								{mayShare && <IconButton label={`Remove ${member.user}`} size="icon-sm" onClick={() => setList(list.filter((m) => m !== member))}><Trash2 /></IconButton>}
							</li>
						))}
					</ul>
					{mayShare && (
						<form className="flex items-end gap-2" onSubmit={(event) => { event.preventDefault(); add(name.trim()); }}>
							{others ? (
								<Field label="Add a user" className="flex-1">{(control) => <Select {...control} value="" onChange={add} choices={others.map((p) => ({ value: p.name, label: p.name, help: `${p.role} in the service` }))} placeholder={others.length ? "Choose a user…" : "All users are members"} isDisabled={others.length === 0} />}</Field>
							) : (
								<>
									<Field label="Add a user" help="The name that the person signs in with." className="flex-1">{(control) => <Input {...control} value={name} onChange={(e) => setName(e.target.value)} />}</Field>
									<Button type="submit" className="mb-5.5" disabled={name.trim() === ""}><Plus aria-hidden />Add</Button>
								</>
							)}
						</form>
					)}
					<p className="text-xs text-muted">A role here is at most the person's role in the service; only an operator can be made a project's admin.</p>
				</>
			)}
			<div className="flex justify-end gap-2">
				<Button onClick={onClose}>{mayShare ? "Cancel" : "Close"}</Button>
				{mayShare && <Button variant="primary" isBusy={save.isPending} onClick={submit}>Save members</Button>}
			</div>
		</div>
	);
}
