/* Buttons and icon buttons. A button that waits shows it and takes no second click. */
import { cva, type VariantProps } from "class-variance-authority";
import { LoaderCircle } from "@/ui/icons";
import { Slot } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/lib/cn";
import { Tip } from "./tip";

export const buttonStyle = cva(
	"inline-flex shrink-0 items-center justify-center gap-2 rounded-control font-medium whitespace-nowrap transition-colors select-none disabled:cursor-not-allowed disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0",
	{
		variants: {
			variant: {
				primary: "bg-brand text-brand-ink hover:bg-brand-hover",
				secondary: "border border-line-strong bg-surface text-ink hover:bg-sunken",
				ghost: "text-muted hover:bg-sunken hover:text-ink",
				danger: "border border-bad bg-surface text-bad-text hover:bg-bad-soft",
			},
			size: { sm: "h-8 px-2.5 text-[13px]", md: "h-9 px-3.5 text-sm", icon: "size-9", "icon-sm": "size-7" },
		},
		defaultVariants: { variant: "secondary", size: "md" },
	},
);

export interface ButtonProps extends ComponentProps<"button">, VariantProps<typeof buttonStyle> {
	asChild?: boolean;
	isBusy?: boolean;
}

export function Button({ className, variant, size, asChild, isBusy, children, disabled, type = "button", ...rest }: ButtonProps) {
	const classes = cn(buttonStyle({ variant, size }), className);
	if (asChild) return <Slot.Root className={classes} {...rest}>{children}</Slot.Root>;
	return (
		<button type={type} className={classes} disabled={disabled || isBusy} aria-busy={isBusy || undefined} {...rest}>
			{isBusy && <LoaderCircle className="animate-spin" aria-hidden />}
			{children}
		</button>
	);
}

/* isInRow: with the browser's own hint, for rows of long lists. */
export function IconButton({ label, children, size = "icon", variant = "ghost", isInRow, ...rest }: Omit<ButtonProps, "aria-label"> & { label: string; children: ReactNode; isInRow?: boolean }) {
	if (isInRow) return <Button aria-label={label} title={label} size={size} variant={variant} {...rest}>{children}</Button>;
	return (
		<Tip text={label}>
			<Button aria-label={label} size={size} variant={variant} {...rest}>{children}</Button>
		</Tip>
	);
}
