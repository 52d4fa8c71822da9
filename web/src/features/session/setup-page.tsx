/* The first start: the link that the server printed makes the first administrator. */
import { useLocation, useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useSetup } from "@/api/session";
import { Button } from "@/ui/button";
import { Field, Input } from "@/ui/field";
import { Notice, ProblemNotice } from "@/ui/notice";
import { FrontPage } from "./front-page";

export function SetupPage() {
	const search: { token?: unknown } = useLocation().search;
	const given = typeof search.token === "string" || typeof search.token === "number" ? String(search.token) : "";
	const setup = useSetup();
	const navigate = useNavigate();
	const [typed, setTyped] = useState("");
	const token = given || typed;
	const [name, setName] = useState("");
	const [password, setPassword] = useState("");
	const isShort = password !== "" && password.length < 10;
	const submit = (event: FormEvent) => {
		event.preventDefault();
		if (!isShort) setup.mutate({ token, name, password }, { onSuccess: () => void navigate({ to: "/", search: {} }) });
	};
	return (
		<FrontPage title="Welcome to Ferry" lead="Make the first administrator. Others can be added afterwards.">
			{!given && <Notice title="The set-up link has a token">Open the link that ferry serve printed when it started, or paste its token here.</Notice>}
			<ProblemNotice error={setup.error} />
			<form onSubmit={submit} className="flex flex-col gap-4">
				{!given && <Field label="Token" isRequired>{(control) => <Input {...control} value={typed} onChange={(e) => setTyped(e.target.value)} className="font-mono" />}</Field>}
				<Field label="Name" isRequired help="You sign in with it.">{(control) => <Input {...control} value={name} onChange={(e) => setName(e.target.value)} autoComplete="username" autoFocus />}</Field>
				<Field label="Password" isRequired help="At least 10 characters; a sentence is easy to keep in mind." error={isShort ? "At least 10 characters." : null}>
					{(control) => <Input {...control} type="password" value={password} onChange={(e) => setPassword(e.target.value)} autoComplete="new-password" />}
				</Field>
				<Button type="submit" variant="primary" isBusy={setup.isPending}>Create administrator</Button>
			</form>
		</FrontPage>
	);
}
