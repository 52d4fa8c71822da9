/* What operators may do, and which hosts connections may go to. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { settingsQuery, useSaveSettings } from "@/api/admin";
import { Problem } from "@/api/client";
import type { Settings } from "@/api/types";
import { Button } from "@/ui/button";
import { Field, TextArea } from "@/ui/field";
import { Loading, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { Panel } from "@/ui/panel";
import { toast } from "@/ui/toast";
import { Switch } from "@/ui/toggle";

const rules: { name: "operators_may_run_sql" | "operators_may_use_files"; label: string; help: string }[] = [
	{ name: "operators_may_run_sql", label: "Operators may run SQL before and after", help: "Hooks of a project run any statement with the connection's rights. Without this only administrators can write and start them." },
	{ name: "operators_may_use_files", label: "Operators may use database files", help: "SQLite connections open files on Ferry's server. Without this only administrators can make such connections." },
];
type HostList = "denied_hosts" | "allowed_hosts";

const lists: { name: HostList; label: string; help: string }[] = [
	{ name: "denied_hosts", label: "Denied hosts", help: "No connection goes there. Link-local addresses are always denied." },
	{ name: "allowed_hosts", label: "Allowed hosts", help: "Where some are named, connections go nowhere else. Empty: everywhere." },
];

function linesOf(text: string): string[] {
	return text.split(/[\n,]/).map((line) => line.trim()).filter(Boolean);
}

function Hosts({ settings }: { settings: Settings }) {
	const save = useSaveSettings();
	const [typed, setTyped] = useState<Partial<Record<HostList, string>>>({});
	const textOf = (name: HostList) => typed[name] ?? settings[name].join("\n");
	const changed = lists.filter(({ name }) => linesOf(textOf(name)).join("\n") !== settings[name].join("\n"));
	const next = Object.fromEntries(changed.map(({ name }) => [name, linesOf(textOf(name))])) as Partial<Settings>;
	const problem = save.error instanceof Problem ? save.error : null;
	const errorOf = (name: string) => (problem?.field?.startsWith(name) ? [problem.detail, problem.hint].filter(Boolean).join("; ") : null);
	return (
		<Panel title="Hosts" bodyClassName="flex flex-col gap-5">
			{save.error && !lists.some(({ name }) => errorOf(name)) && <ProblemNotice error={save.error} />}
			{lists.map(({ name, label, help }) => (
				<Field key={name} label={label} help={<>{help} One a line: a name, *.example.com, an address, or a network as 10.0.0.0/8.</>} error={errorOf(name)}>
					{(control) => <TextArea {...control} rows={4} value={textOf(name)} onChange={(event) => setTyped((old) => ({ ...old, [name]: event.target.value }))} />}
				</Field>
			))}
			<Button variant="primary" className="self-start" disabled={changed.length === 0} isBusy={save.isPending} onClick={() => save.mutate(next, { onSuccess: () => { setTyped({}); toast("Saved"); } })}>Save hosts</Button>
		</Panel>
	);
}

export function SettingsPage() {
	const settings = useQuery(settingsQuery);
	const save = useSaveSettings();
	return (
		<Page title="Settings" lead="They hold at once, for everybody." width="narrow">
			<ProblemNotice error={settings.error ?? save.error} />
			{settings.isPending && <Loading />}
			{settings.data && (
				<>
					<Panel title="Operators" bodyClassName="flex flex-col gap-5">
						{rules.map((rule) => (
							<Switch key={rule.name} label={rule.label} help={rule.help} checked={settings.data[rule.name]} isDisabled={save.isPending}
								onChange={(checked) => save.mutate({ [rule.name]: checked }, { onSuccess: () => toast("Saved") })} />
						))}
					</Panel>
					<Hosts settings={settings.data} />
				</>
			)}
		</Page>
	);
}
