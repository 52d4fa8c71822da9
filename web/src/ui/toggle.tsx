/* Check boxes, switches, and one of a few beside each other. */
import { Check, Minus } from "@/ui/icons";
import { Checkbox as RadixCheckbox, RadioGroup, Switch as RadixSwitch } from "radix-ui";
import { useId, type ReactNode } from "react";
import { cn } from "@/lib/cn";

interface CheckboxProps { checked: boolean | "indeterminate"; onChange: (checked: boolean) => void; label: string; isDisabled?: boolean; tabIndex?: number }

export function Checkbox({ checked, onChange, label, isDisabled, tabIndex }: CheckboxProps) {
	return (
		<RadixCheckbox.Root
			checked={checked}
			onCheckedChange={(next) => onChange(next === true)}
			disabled={isDisabled}
			aria-label={label}
			tabIndex={tabIndex}
			className="grid size-[18px] shrink-0 place-items-center rounded-[4px] border border-line-strong bg-surface hover:border-brand disabled:cursor-not-allowed disabled:opacity-50 data-[state=checked]:border-brand data-[state=checked]:bg-brand data-[state=indeterminate]:border-brand data-[state=indeterminate]:bg-brand"
		>
			<RadixCheckbox.Indicator className="text-brand-ink">
				{checked === "indeterminate" ? <Minus className="size-3.5" strokeWidth={3} aria-hidden /> : <Check className="size-3.5" strokeWidth={3} aria-hidden />}
			</RadixCheckbox.Indicator>
		</RadixCheckbox.Root>
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
					className="inline-flex h-7 items-center gap-1.5 rounded-[4px] px-2.5 text-[13px] font-medium text-muted hover:text-ink data-[state=checked]:bg-surface data-[state=checked]:text-ink data-[state=checked]:shadow-xs [&_svg]:size-4"
				>
					{choice.label}
				</RadioGroup.Item>
			))}
		</RadioGroup.Root>
	);
}
