/* A search field. */
import { Search as Icon } from "@/ui/icons";
import type { Ref } from "react";
import { cn } from "@/lib/cn";
import { Input } from "./field";

interface SearchProps { value: string; onChange: (value: string) => void; label: string; className?: string; inputRef?: Ref<HTMLInputElement> }

export function Search({ value, onChange, label, className, inputRef }: SearchProps) {
	return (
		<div className={cn("relative", className)}>
			<Icon className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-faint" aria-hidden />
			<Input ref={inputRef} type="search" aria-label={label} placeholder={label} value={value} onChange={(event) => onChange(event.target.value)} className="pl-8" />
		</div>
	);
}
