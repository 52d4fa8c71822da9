/* The inspector of whatever column is chosen, or what can be done where none is. */
import { MousePointerClick } from "@/ui/icons";
import { Button } from "@/ui/button";
import { Inspector } from "./inspector";
import { takenTargets } from "./columns";
import type { MappingHandle } from "./use-mapping";

export function ColumnInspector({ mapping }: { mapping: MappingHandle }) {
	const { chosen } = mapping;
	const targets = mapping.mapping.targets.map((target) => target.name);
	const source = chosen?.side === "source" ? mapping.mapping.sources.find((column) => column.name === chosen.name) : undefined;
	if (source) {
		return (
			<Inspector
				key={source.name}
				column={{ ...mapping.columnOf(source.name), ...(source.isExcluded ? { exclude: true } : {}) }}
				title={source.name}
				subtitle={source.type}
				defaultTarget={mapping.ruled(source.name)}
				targets={targets}
				suggestion={mapping.suggestions.find((s) => s.source === source.name) ?? null}
				onChange={(column) => mapping.setColumn(source.name, column)}
				onTarget={(target) => (target && targets.includes(target) ? mapping.connect(source.name, target) : mapping.setTarget(source.name, target))}
			/>
		);
	}
	const target = chosen?.side === "target" ? mapping.mapping.targets.find((column) => column.name === chosen.name) : undefined;
	if (target?.computed) {
		const computed = target.computed;
		return (
			<Inspector
				column={computed}
				title={target.name}
				subtitle={target.type ?? "new column"}
				warning={target.source === null ? null : `${target.source} goes to this column, too. Call one of them otherwise, or remove this one.`}
				defaultTarget=""
				targets={targets}
				taken={takenTargets(mapping.mapping, target.name)}
				onChange={(column) => mapping.setComputed(target.name, column)}
				onTarget={(name) => name && mapping.setComputed(target.name, { ...computed, target: name })}
				onRemove={() => mapping.setComputed(target.name, null)}
			/>
		);
	}
	if (target) {
		return (
			<div className="flex flex-col gap-3 text-sm">
				<h2 className="text-base font-semibold">{target.name}</h2>
				<p className="text-muted">Nothing goes into this column of the target yet. Click a source column and then this one, drag a line, or compute it:</p>
				<Button size="sm" className="self-start" onClick={() => mapping.addComputed({ target: target.name, transform: [{ constant: "" }] })}>Fill with a constant</Button>
				<Button size="sm" className="self-start" onClick={() => mapping.addComputed({ target: target.name, expression: "NULL" })}>Compute with SQL</Button>
			</div>
		);
	}
	return (
		<div className="flex flex-col items-center gap-2 py-10 text-center text-sm text-muted">
			<MousePointerClick className="size-6 text-brand-text" aria-hidden />
			<p>Choose a column to see and change what happens to it.</p>
			<p className="text-[13px]">Click a source column, then a target column, to draw a line; or drag it. By keyboard: arrows go along the columns and across, Enter picks a column and then its target, Escape lets go, Delete leaves a column out.</p>
		</div>
	);
}
