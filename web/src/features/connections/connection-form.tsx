/* The form of a connection: drawn from the connector's table of options, it composes a URL. The password never is part of it. */
import { ChevronRight, PlugZap } from "@/ui/icons";
import { useMemo, useState } from "react";
import { useNavigate } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { settingsQuery } from "@/api/admin";
import { Problem } from "@/api/client";
import { useMay } from "@/api/session";
import { useSaveConnection, useTestConnection, useTestUrl } from "@/api/connections";
import type { Connection, Connector } from "@/api/types";
import { composeUrl, emptyParts, parseUrl, type UrlParts } from "@/lib/url";
import { Button } from "@/ui/button";
import { Field, Input } from "@/ui/field";
import { Notice, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { Panel } from "@/ui/panel";
import { toast } from "@/ui/toast";
import { ConnectorPicker } from "./connector-picker";
import { OptionFields } from "./option-fields";
import { TestResult } from "./test-result";

function portOf(connector: Connector): string {
	return parseUrl(connector.url_example).port;
}

function ServerFields({ parts, connector, onChange }: { parts: UrlParts; connector: Connector; onChange: (change: Partial<UrlParts>) => void }) {
	return (
		<div className="grid gap-4 sm:grid-cols-[1fr_7rem]">
			<Field label="Host" isRequired help="Name or address of the server, as Ferry's server sees it.">
				{(control) => <Input {...control} value={parts.host} placeholder="db.example.org" onChange={(e) => onChange({ host: e.target.value.trim() })} />}
			</Field>
			<Field label="Port">{(control) => <Input {...control} value={parts.port} inputMode="numeric" placeholder={portOf(connector)} onChange={(e) => onChange({ port: e.target.value.replace(/\D/g, "") })} />}</Field>
			<Field label="Database" isRequired className="sm:col-span-2">{(control) => <Input {...control} value={parts.database} onChange={(e) => onChange({ database: e.target.value })} />}</Field>
		</div>
	);
}

interface Props {
	connectors: Connector[];
	existing: Connection | null;
	/* Somebody else has saved it meanwhile. */
	changed: { onLoad: () => void; onKeep: () => void } | null;
}

export function ConnectionForm({ connectors, existing, changed }: Props) {
	const navigate = useNavigate();
	const save = useSaveConnection(existing);
	const testUrl = useTestUrl();
	const testSaved = useTestConnection();
	const isAdmin = useMay("admin");
	const rules = useQuery({ ...settingsQuery, enabled: !isAdmin }).data;
	const mayUseFiles = isAdmin || rules?.operators_may_use_files === true;
	const [connectorName, setConnectorName] = useState(existing?.connector ?? connectors.find((c) => !c.is_file)?.name ?? "");
	const connector = connectors.find((c) => c.name === connectorName) ?? connectors[0];
	const [parts, setParts] = useState<UrlParts>(() => existing ? parseUrl(existing.url) : emptyParts(connector?.schemes[0] ?? ""));
	const [name, setName] = useState(existing?.name ?? "");
	const [password, setPassword] = useState<string | null>(null);
	const url = useMemo(() => (connector ? composeUrl(parts, connector.is_file) : ""), [parts, connector]);
	if (!connector) return null;

	const change = (part: Partial<UrlParts>) => setParts((old) => ({ ...old, ...part }));
	const pick = (next: string) => {
		setConnectorName(next);
		setParts((old) => ({ ...old, scheme: connectors.find((c) => c.name === next)?.schemes[0] ?? next, port: "", options: {} }));
		testUrl.reset();
	};
	const isReady = parts.database !== "" && (connector.is_file || parts.host !== "" || parts.options["socket"]);
	const isAsSaved = existing !== null && existing.url === url && password === null;
	const secret = password === null ? {} : { password };
	const test = () => (isAsSaved && existing ? testSaved.mutate(existing.id) : testUrl.mutate({ url, ...secret }));
	const result = isAsSaved ? testSaved.data : testUrl.data;
	const submit = () => save.mutate({ name, url, ...secret }, {
		onSuccess: (saved) => {
			toast(`${saved.name} is saved`);
			void navigate({ to: "/connections/$connectionId", params: { connectionId: saved.id } });
		},
	});
	const fieldError = (field: string) => (save.error instanceof Problem && save.error.field === field ? save.error.detail : null);

	return (
		<Page
			title={existing ? existing.name : "New connection"}
			lead="A stored way to reach one database. Its password is sealed on the server and never shown again."
			width="narrow"
			note={isReady ? null : connector.is_file ? "The file's path is needed." : "Host and database are needed."}
			actions={
				<>
					<Button onClick={() => void navigate({ to: "/connections" })}>Cancel</Button>
					<Button onClick={test} disabled={!isReady} isBusy={testUrl.isPending || testSaved.isPending}><PlugZap aria-hidden />Test</Button>
					<Button variant="primary" onClick={submit} disabled={!isReady || name.trim() === ""} isBusy={save.isPending}>Save connection</Button>
				</>
			}
		>
			{changed && !save.isPending && !save.isSuccess && (
				<Notice tone="warn" title="Somebody else has changed this connection meanwhile" action={<span className="flex flex-col gap-2 sm:flex-row"><Button size="sm" onClick={changed.onLoad}>Load theirs</Button><Button size="sm" onClick={changed.onKeep}>Keep mine</Button></span>}>
					What stands here is not saved. Load theirs drops it; Keep mine lets you save it over theirs.
				</Notice>
			)}
			<ProblemNotice error={save.error ?? testUrl.error ?? testSaved.error} />
			{result && <TestResult test={result} />}
			{!existing && <Panel title="System"><ConnectorPicker connectors={connectors} value={connector.name} onChange={pick} mayUseFiles={mayUseFiles} /></Panel>}
			<Panel title="Where it is" bodyClassName="flex flex-col gap-4">
				<Field label="Name" isRequired help="What you call it in Ferry." error={fieldError("name")}>{(control) => <Input {...control} value={name} onChange={(e) => setName(e.target.value)} placeholder="Shop, production" />}</Field>
				{connector.is_file ? (
					<Field label="File" isRequired help="Path on Ferry's server: /var/lib/app.db, or relative to its working directory." error={fieldError("url")}>
						{(control) => <Input {...control} value={parts.database} className="font-mono" onChange={(e) => change({ database: e.target.value })} />}
					</Field>
				) : (
					<>
						<ServerFields parts={parts} connector={connector} onChange={change} />
						<div className="grid gap-4 sm:grid-cols-2">
							<Field label="User">{(control) => <Input {...control} value={parts.user} onChange={(e) => change({ user: e.target.value })} />}</Field>
							<Field label="Password" help={existing?.has_password ? "One is stored. Type to replace it." : null}>
								{(control) => <Input {...control} type="password" autoComplete="new-password" value={password ?? ""} onChange={(e) => setPassword(e.target.value === "" ? null : e.target.value)} placeholder={existing?.has_password ? "••••••••" : ""} />}
							</Field>
						</div>
					</>
				)}
				<p className="rounded-control bg-sunken px-3 py-2 font-mono text-xs break-all text-muted"><span className="sr-only">URL: </span>{url}</p>
			</Panel>
			{connector.options.length > 0 && (
				<details className="group rounded-panel border bg-surface" open={Object.keys(parts.options).length > 0}>
					<summary className="flex items-center gap-2 px-4 py-3 text-sm font-semibold"><ChevronRight className="size-4 transition-transform group-open:rotate-90" aria-hidden />Options of {connector.title}</summary>
					<div className="border-t p-4"><OptionFields options={connector.options} values={parts.options} onChange={(option, value) => setParts((old) => ({ ...old, options: { ...old.options, [option]: value } }))} /></div>
				</details>
			)}
		</Page>
	);
}
