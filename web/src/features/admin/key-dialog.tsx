/* A new API key; it is shown once. */
import { Copy } from "@/ui/icons";
import { useState } from "react";
import { useCreateKey } from "@/api/admin";
import type { Role } from "@/api/types";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";
import { Notice, ProblemNotice } from "@/ui/notice";
import { Select } from "@/ui/select";
import { toast } from "@/ui/toast";
import { roleChoices } from "./roles";

const lives = [{ value: "30", label: "30 days" }, { value: "90", label: "90 days" }, { value: "365", label: "A year" }, { value: "never", label: "Until it is deleted" }];

function ShownOnce({ secret, onClose }: { secret: string; onClose: () => void }) {
	const copy = () => void navigator.clipboard.writeText(secret).then(() => toast("Copied"), () => toast("The browser did not let it be copied: select it by hand", "bad"));
	return (
		<Dialog isOpen onClose={onClose} title="Your new key" actions={<><Button onClick={copy}><Copy aria-hidden />Copy</Button><Button variant="primary" onClick={onClose}>I have kept it</Button></>}>
			<Notice tone="warn" title="It is shown only now">Keep it where your script finds it. Ferry stores a hash, so nobody can show it again.</Notice>
			<p data-testid="key" className="mt-4 rounded-control bg-sunken p-3 font-mono text-sm break-all">{secret}</p>
			<p className="mt-4 text-[13px] text-muted">Use it like this:</p>
			<pre className="mt-1 overflow-x-auto rounded-control bg-sunken p-3 font-mono text-xs" tabIndex={0}>curl -H &quot;Authorization: Bearer $FERRY_KEY&quot; {window.location.origin}/api/v1/executions</pre>
		</Dialog>
	);
}

export function NewKeyDialog({ onClose }: { onClose: () => void }) {
	const create = useCreateKey();
	const [name, setName] = useState("");
	const [role, setRole] = useState<Role>("operator");
	const [life, setLife] = useState("90");
	if (create.data?.key) return <ShownOnce secret={create.data.key} onClose={onClose} />;
	const expiry = life === "never" ? {} : { expires_at: new Date(Date.now() + Number(life) * 86_400_000).toISOString().replace(/\.\d+Z$/, "Z") };
	return (
		<Dialog isOpen onClose={onClose} title="New API key" actions={<><Button onClick={onClose}>Cancel</Button><Button variant="primary" type="submit" form="new-key" isBusy={create.isPending}>Create key</Button></>}>
			<form id="new-key" className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); create.mutate({ name: name.trim(), role, ...expiry }); }}>
				<ProblemNotice error={create.error} />
				<Field label="Name" isRequired help="What will use it.">{(control) => <Input {...control} value={name} onChange={(e) => setName(e.target.value)} placeholder="nightly script" autoFocus />}</Field>
				<Field label="Role">{(control) => <Select {...control} value={role} onChange={(value) => setRole(value as Role)} choices={roleChoices} />}</Field>
				<Field label="Good for">{(control) => <Select {...control} value={life} onChange={setLife} choices={lives} />}</Field>
			</form>
		</Dialog>
	);
}
