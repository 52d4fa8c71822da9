/* What only operators may change: for others it is there to be read, and takes no input. */
import type { ReactNode } from "react";
import { useMay } from "@/api/session";
import { cn } from "@/lib/cn";

export function Editable({ className, children }: { className?: string; children: ReactNode }) {
	return <fieldset disabled={!useMay("operator")} className={cn("min-w-0", className)}>{children}</fieldset>;
}
