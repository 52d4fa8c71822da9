import { useState, type FormEvent } from "react";
import { useSignIn } from "@/api/session";
import { Button } from "@/ui/button";
import { Field, Input } from "@/ui/field";
import { ProblemNotice } from "@/ui/notice";
import { FrontPage } from "./front-page";

export function SignInPage() {
	const signIn = useSignIn();
	const [name, setName] = useState("");
	const [password, setPassword] = useState("");
	const submit = (event: FormEvent) => {
		event.preventDefault();
		signIn.mutate({ name, password });
	};
	return (
		<FrontPage title="Sign in" lead="Move databases, and see that both sides hold the same.">
			<ProblemNotice error={signIn.error} />
			<form onSubmit={submit} className="flex flex-col gap-4">
				<Field label="Name" isRequired>{(control) => <Input {...control} value={name} onChange={(e) => setName(e.target.value)} autoComplete="username" autoFocus />}</Field>
				<Field label="Password" isRequired>{(control) => <Input {...control} type="password" value={password} onChange={(e) => setPassword(e.target.value)} autoComplete="current-password" />}</Field>
				<Button type="submit" variant="primary" isBusy={signIn.isPending}>Sign in</Button>
			</form>
		</FrontPage>
	);
}
