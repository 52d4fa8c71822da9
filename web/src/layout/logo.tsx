/* The mark: two banks and the crossing between them. */
export function Logo({ className = "size-7" }: { className?: string }) {
	return (
		<svg viewBox="0 0 32 32" className={className} aria-hidden>
			<rect width="32" height="32" rx="7" className="fill-brand" />
			<path d="M7 8v16M25 8v16" className="stroke-brand-ink" strokeWidth="3" strokeLinecap="round" />
			<path d="M11 16h10m-4-4 4 4-4 4" fill="none" className="stroke-brand-ink" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" />
		</svg>
	);
}
