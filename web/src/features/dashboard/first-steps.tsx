/* What a new installation shows instead of numbers: the way to a first migration. */
import { Link } from "@tanstack/react-router";
import { Check } from "@/ui/icons";
import type { ReactNode } from "react";
import type { Summary } from "@/api/types";
import { cn } from "@/lib/cn";
import { plural } from "@/lib/format";
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
	const { connections, projects } = summary.totals;
	const own = connections - (summary.sample_connection_id ? 1 : 0);
	return (
		<ol className="divide-y rounded-panel border bg-surface">
			<FirstStep number={1} title="Connect your databases" isDone={own >= 2} action={<Button asChild><Link to="/connections/new">New connection</Link></Button>}>
				{summary.sample_connection_id
					? "A sample database is already connected, so that you can try everything with it. Add the database that shall receive the data: an empty SQLite file will do."
					: "Add the database that holds the data, and the one that shall receive it. Test tells at once what is missing."}
			</FirstStep>
			<FirstStep number={2} title="Make a project" isDone={projects > 0} action={<Button asChild variant={own > 0 ? "primary" : "secondary"}><Link to="/projects" search={{ new: true }}>New project</Link></Button>}>
				A project says what goes where: which tables, how columns are mapped, what happens to bad values. It is saved as you work. {projects > 0 && `You have ${plural(projects, "project")}.`}
			</FirstStep>
			<FirstStep number={3} title="Start, and watch it cross" isDone={false} action={<Button asChild><Link to="/projects">Projects</Link></Button>}>
				Preview shows ten rows before and after, every loss, and the statements that will run. Then start: you can pause it, close the browser, and come back.
			</FirstStep>
		</ol>
	);
}
