/* Inputs, and a frame for any of them with label, help and error, tied together for screen readers. */
import { useId, type ComponentProps, type ReactNode } from "react";
import { cn } from "@/lib/cn";

const control =
	"w-full rounded-control border border-line-strong bg-surface px-3 text-sm text-ink transition-colors hover:border-muted focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:bg-sunken disabled:text-muted aria-[invalid=true]:border-bad";

export function Input({ className, ...rest }: ComponentProps<"input">) {
	return <input className={cn(control, "h-9", className)} autoComplete="off" spellCheck={false} {...rest} />;
}

export function TextArea({ className, ...rest }: ComponentProps<"textarea">) {
	return <textarea className={cn(control, "min-h-20 py-2 font-mono text-[13px] leading-relaxed", className)} spellCheck={false} {...rest} />;
}

export interface FieldProps {
	label: string;
	help?: ReactNode;
	error?: string | null | undefined;
	isRequired?: boolean;
	className?: string;
	children: (control: { id: string; "aria-describedby"?: string; "aria-invalid"?: boolean; required?: boolean }) => ReactNode;
}

export function Field({ label, help, error, isRequired, className, children }: FieldProps) {
	const id = useId();
	const note = error ?? help;
	return (
		<div className={cn("flex min-w-0 flex-col gap-1.5", className)}>
			<label htmlFor={id} className="text-[13px] font-medium">
				{label}
				{isRequired && <span className="text-bad-text" aria-hidden> *</span>}
			</label>
			{children({
				id,
				...(note ? { "aria-describedby": `${id}-note` } : {}),
				...(error ? { "aria-invalid": true } : {}),
				...(isRequired ? { required: true } : {}),
			})}
			{note && (
				<p id={`${id}-note`} className={cn("text-xs", error ? "text-bad-text" : "text-muted")}>{note}</p>
			)}
		</div>
	);
}
