/* What a new installation shows instead of numbers: the way to a first migration. */
import { Link } from "@tanstack/react-router";
import { Check } from "@/ui/icons";
import type { ReactNode } from "react";
import type { Summary } from "@/api/types";
import { cn } from "@/lib/cn";
import { Button } from "@/ui/button";

function FirstStep({ number, title, isDone, action, children }: { number: number; title: string; isDone: boolean; action: ReactNode; children: ReactNode }) {
	return (
		<li className="flex flex-wrap items-start gap-x-4 gap-y-3 p-5">
			<span className={cn("grid size-7 shrink-0 place-items-center rounded-full border border-line-strong text-sm font-semibold", isDone && "border-teal bg-teal text-brand-ink")} aria-hidden>
				{isDone ? <Check className="size-4" strokeWidth={3} /> : number}
			</span>
			<div className="min-w-0 flex-1 basis-72">
				<h2 className="font-semibold">{title}</h2>
				<div className="mt-0.5 max-w-prose text-sm text-muted">{children}</div>
			</div>
			<div className="shrink-0">{action}</div>
		</li>
	);
}

export function FirstSteps({ summary }: { summary: Summary }) {
	const hasSample = summary.sample_connection_id !== null;
	/* The sample brings two connections and a project of its own. */
	const connections = summary.totals.connections - (hasSample ? 2 : 0);
	const projects = summary.totals.projects - (hasSample ? 1 : 0);
	const first = hasSample ? 2 : 1;
	return (
		<ol className="divide-y rounded-panel border bg-surface">
			{hasSample && (
				<FirstStep number={1} title="See it work with the sample" isDone={false} action={<Button asChild variant="primary"><Link to="/projects">Open the sample</Link></Button>}>
					A small database of music, an empty file beside it, and a project between the two are ready. Open the project, look through its steps, and press Start.
				</FirstStep>
			)}
			<FirstStep number={first} title="Connect your databases" isDone={connections >= 2} action={<Button asChild variant={hasSample ? "secondary" : "primary"}><Link to="/connections/new">New connection</Link></Button>}>
				Add the database that holds the data, and the one that shall receive it. Test tells at once what is missing.
			</FirstStep>
			<FirstStep number={first + 1} title="Make a project" isDone={projects > 0} action={<Button asChild><Link to="/projects" search={{ new: true }}>New project</Link></Button>}>
				A project says what goes where: which tables, how columns are mapped, what happens to bad values. It is saved as you work.
			</FirstStep>
			<FirstStep number={first + 2} title="Start, and watch it cross" isDone={false} action={<Button asChild><Link to="/projects">Projects</Link></Button>}>
				Preview shows ten rows before and after, every loss, and the statements that will run. Then start: you can pause it, close the browser, and come back.
			</FirstStep>
		</ol>
	);
}
