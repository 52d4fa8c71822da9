/* What only operators may change: for others it is there to be read, and takes no input. */
import type { ReactNode } from "react";
import { useParams } from "@tanstack/react-router";
import { useMayInProject } from "@/api/projects";
import { cn } from "@/lib/cn";

/* The project is that of the page. */
export function useMayEdit(): boolean {
	return useMayInProject(useParams({ strict: false }).projectId, "operator");
}

export function Editable({ className, children }: { className?: string; children: ReactNode }) {
	return <fieldset disabled={!useMayEdit()} className={cn("min-w-0", className)}>{children}</fieldset>;
}
