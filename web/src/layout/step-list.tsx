import { Link } from "@tanstack/react-router";
import { Check } from "@/ui/icons";
import { cn } from "@/lib/cn";
import { steps, type StepInfo } from "./steps";

function StepMark({ info, step }: { info: StepInfo; step: number | null }) {
	const isDone = step !== null && info.number < step && info.to !== null;
	const isActive = info.number === step;
	return (
		<span
			className={cn(
				"grid size-6 shrink-0 place-items-center rounded-full border border-line-strong text-xs font-semibold text-muted",
				isDone && "border-teal bg-teal text-brand-ink",
				isActive && "border-brand bg-brand text-brand-ink",
				info.to === null && "border-dashed",
			)}
			aria-hidden
		>
			{isDone ? <Check className="size-3.5" strokeWidth={3} /> : info.number}
		</span>
	);
}

export function StepList({ projectId, step }: { projectId: string; step: number | null }) {
	return (
		<ol aria-label="Steps of the migration" className="flex flex-col gap-0.5 border-b pb-4">
			{steps.map((info) => {
				const row = "flex min-h-10 items-center gap-3 rounded-control px-2 text-sm font-medium";
				if (info.to === null) {
					return (
						<li key={info.number} className={cn(row, "text-faint")}>
							<StepMark info={info} step={step} />
							<span>{info.label} <span className="block text-xs font-normal">{info.note}</span></span>
						</li>
					);
				}
				const isActive = info.number === step;
				return (
					<li key={info.number}>
						<Link to={info.to} params={{ projectId }} aria-current={isActive ? "step" : undefined} className={cn(row, isActive ? "bg-brand-soft text-ink" : "text-muted hover:bg-sunken hover:text-ink")}>
							<StepMark info={info} step={step} />
							{info.label}
						</Link>
					</li>
				);
			})}
		</ol>
	);
}
