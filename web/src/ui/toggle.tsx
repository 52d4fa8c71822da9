/* Check boxes, switches, and one of a few beside each other. */
import { RadioGroup, Switch as RadixSwitch } from "radix-ui";
import { useId, type ReactNode } from "react";
import { cn } from "@/lib/cn";

interface CheckboxProps { checked: boolean | "indeterminate"; onChange: (checked: boolean) => void; label: string; isDisabled?: boolean; tabIndex?: number }

/* The browser's own: lists of thousands draw dozens anew with each turn of the wheel. */
export function Checkbox({ checked, onChange, label, isDisabled, tabIndex }: CheckboxProps) {
	const isMixed = checked === "indeterminate";
	return (
		<input
			type="checkbox"
			ref={(input) => { if (input) input.indeterminate = isMixed; }}
			checked={checked === true}
			onChange={(event) => onChange(event.target.checked)}
			disabled={isDisabled}
			aria-label={label}
			tabIndex={tabIndex}
			className="check-box"
		/>
	);
}

interface SwitchProps { checked: boolean; onChange: (checked: boolean) => void; label: string; help?: ReactNode; isDisabled?: boolean; className?: string }

export function Switch({ checked, onChange, label, help, isDisabled, className }: SwitchProps) {
	const id = useId();
	return (
		<div className={cn("flex items-start gap-3", className)}>
			<RadixSwitch.Root
				id={id}
				checked={checked}
				onCheckedChange={onChange}
				disabled={isDisabled}
				aria-describedby={help ? `${id}-help` : undefined}
				className="mt-0.5 h-5 w-9 shrink-0 rounded-full border border-line-strong bg-sunken p-px transition-colors disabled:opacity-50 data-[state=checked]:border-brand data-[state=checked]:bg-brand"
			>
				<RadixSwitch.Thumb className="block size-4 rounded-full bg-muted transition-transform data-[state=checked]:translate-x-4 data-[state=checked]:bg-brand-ink" />
			</RadixSwitch.Root>
			<div>
				<label htmlFor={id} className="text-sm font-medium">{label}</label>
				{help && <p id={`${id}-help`} className="text-xs text-muted">{help}</p>}
			</div>
		</div>
	);
}

interface SegmentedProps<T extends string> { value: T; onChange: (value: T) => void; choices: { value: T; label: ReactNode; title?: string }[]; label: string; className?: string }

export function Segmented<T extends string>({ value, onChange, choices, label, className }: SegmentedProps<T>) {
	return (
		<RadioGroup.Root value={value} onValueChange={(next) => onChange(next as T)} aria-label={label} orientation="horizontal" className={cn("inline-flex rounded-control border bg-sunken p-0.5", className)}>
			{choices.map((choice) => (
				<RadioGroup.Item
					key={choice.value}
					value={choice.value}
					aria-label={choice.title}
					className="inline-flex h-7 items-center gap-1.5 rounded-[4px] px-2.5 text-[13px] font-medium text-muted hover:text-ink data-[state=checked]:bg-raised data-[state=checked]:text-ink data-[state=checked]:shadow-xs [&_svg]:size-4"
				>
					{choice.label}
				</RadioGroup.Item>
			))}
		</RadioGroup.Root>
	);
}
