/* A choice of one among few. */
import { Check, ChevronDown } from "@/ui/icons";
import { Select as Radix } from "radix-ui";
import { cn } from "@/lib/cn";

export interface Choice { value: string; label: string; help?: string; isDisabled?: boolean }

interface SelectProps {
	value: string;
	onChange: (value: string) => void;
	choices: Choice[];
	placeholder?: string;
	id?: string;
	isDisabled?: boolean;
	className?: string;
	"aria-label"?: string;
	"aria-describedby"?: string;
	"aria-invalid"?: boolean;
	required?: boolean;
}

export function Select({ value, onChange, choices, placeholder = "Choose…", isDisabled, className, required, ...aria }: SelectProps) {
	const chosen = choices.find((choice) => choice.value === value);
	return (
		<Radix.Root value={value} onValueChange={onChange} disabled={isDisabled} required={required}>
			<Radix.Trigger
				{...aria}
				className={cn("flex h-9 w-full min-w-0 items-center justify-between gap-2 rounded-control border border-line-strong bg-surface px-3 text-left text-sm hover:border-muted disabled:cursor-not-allowed disabled:bg-sunken disabled:text-muted", className)}
			>
				<span className={cn("truncate", !chosen && "text-faint")}><Radix.Value placeholder={placeholder}>{chosen?.label}</Radix.Value></span>
				<ChevronDown className="size-4 shrink-0 text-muted" aria-hidden />
			</Radix.Trigger>
			<Radix.Portal>
				<Radix.Content position="popper" sideOffset={4} className="z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) overflow-hidden rounded-panel border bg-surface shadow-lg">
					<Radix.Viewport className="p-1">
						{choices.map((choice) => (
							<Radix.Item
								key={choice.value}
								value={choice.value}
								disabled={choice.isDisabled}
								className="relative flex cursor-pointer flex-col rounded-control py-1.5 pr-8 pl-2.5 text-sm outline-none data-disabled:cursor-not-allowed data-disabled:opacity-50 data-highlighted:bg-brand-soft"
							>
								<Radix.ItemText>{choice.label}</Radix.ItemText>
								{choice.help && <span className="max-w-80 text-xs text-muted">{choice.help}</span>}
								<Radix.ItemIndicator className="absolute top-2 right-2"><Check className="size-4 text-brand-text" aria-hidden /></Radix.ItemIndicator>
							</Radix.Item>
						))}
					</Radix.Viewport>
				</Radix.Content>
			</Radix.Portal>
		</Radix.Root>
	);
}
