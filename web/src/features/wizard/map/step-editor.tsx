/* The steps of a column, in order. */
import { ArrowDown, ArrowUp, Plus, X } from "@/ui/icons";
import type { Step } from "@/api/document";
import { Button, IconButton } from "@/ui/button";
import { Menu } from "@/ui/menu";
import { StepFields } from "./step-fields";
import { kindOf, stepKinds } from "./steps";

export function StepEditor({ steps, onChange }: { steps: Step[]; onChange: (steps: Step[]) => void }) {
	const replace = (at: number, step: Step) => onChange(steps.map((old, i) => (i === at ? step : old)));
	const move = (at: number, to: number) => {
		const next = [...steps];
		const [step] = next.splice(at, 1);
		if (step !== undefined) next.splice(to, 0, step);
		onChange(next);
	};
	return (
		<div className="flex flex-col gap-2">
			<p className="text-[13px] font-medium">Steps</p>
			{steps.length === 0 && <p className="text-xs text-muted">None: the value crosses as it is.</p>}
			<ol className="flex flex-col gap-2">
				{steps.map((step, i) => {
					const info = stepKinds.find((k) => k.kind === kindOf(step));
					return (
						<li key={i} className="rounded-control border bg-sunken p-2">
							<div className="flex items-center gap-1">
								<span className="min-w-0 flex-1 text-[13px] font-medium">{i + 1}. {info?.label ?? kindOf(step)}</span>
								<IconButton label="Earlier" size="icon-sm" disabled={i === 0} onClick={() => move(i, i - 1)}><ArrowUp /></IconButton>
								<IconButton label="Later" size="icon-sm" disabled={i === steps.length - 1} onClick={() => move(i, i + 1)}><ArrowDown /></IconButton>
								<IconButton label={`Remove step ${i + 1}`} size="icon-sm" onClick={() => onChange(steps.filter((_, at) => at !== i))}><X /></IconButton>
							</div>
							<p className="mb-1.5 text-xs text-muted">{info?.help}</p>
							<StepFields step={step} onChange={(next) => replace(i, next)} />
						</li>
					);
				})}
			</ol>
			<Menu
				align="start"
				trigger={<Button size="sm" className="self-start"><Plus aria-hidden />Add step</Button>}
				actions={stepKinds.map((k) => ({ label: k.label, onSelect: () => onChange([...steps, k.make()]) }))}
			/>
		</div>
	);
}
