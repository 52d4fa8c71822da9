/* What the mapping shows of one table: source columns, target columns, and the lines between them. */
import type { ColumnEntry, TableEntry } from "@/api/document";
import type { ColumnInfo } from "@/api/types";
import { columnOf, isExcluded, listOf, newColumnsOf, targetOfColumn, type Ruled } from "@/lib/document";

export interface SourceColumn { name: string; type: string; inKey: boolean; entry: ColumnEntry | null; isExcluded: boolean; target: string | null; isChanged: boolean }
export interface TargetColumn { name: string; type: string | null; source: string | null; computed: ColumnEntry | null; exists: boolean }
export interface Mapping { sources: SourceColumn[]; targets: TargetColumn[] }

/* Words for what a column goes through: "trim, lower", "SQL". */
export function describeColumn(column: ColumnEntry | null): string {
	if (!column) return "";
	const steps = listOf(column.transform).map((step) => (typeof step === "string" ? step : (Object.keys(step)[0] ?? "")));
	return [...(column.expression ? ["SQL"] : []), ...steps].join(", ");
}

export interface Suggestion { source: string; target: string; score: number }

/* Lines that are likely meant: the source's column has no fellow of its name in the target, and the target's column gets nothing. */
export function suggestionsOf(mapping: Mapping, hints: { source: string; target: string | null; score: number }[]): Suggestion[] {
	const lonely = new Set(mapping.sources.filter((source) => source.entry === null && !mapping.targets.some((target) => target.exists && target.source === source.name)).map((source) => source.name));
	const free = new Set(mapping.targets.filter((target) => target.exists && target.source === null && target.computed === null).map((target) => target.name));
	const best = hints.flatMap(({ source, target, score }) => (target !== null && lonely.has(source) ? [{ source, target, score }] : [])).sort((a, b) => b.score - a.score);
	return best.filter(({ target }) => free.delete(target));
}

/* The columns whose names hold the text, each with the column at the other end of its line. */
export function filterMapping(mapping: Mapping, search: string): Mapping {
	const needle = search.trim().toLowerCase();
	if (!needle) return mapping;
	const fits = (...names: (string | null)[]) => names.some((name) => name?.toLowerCase().includes(needle));
	return {
		sources: mapping.sources.filter((column) => fits(column.name, column.target)),
		targets: mapping.targets.filter((column) => fits(column.name, column.source)),
	};
}

/* The first that goes to each target. */
function byTarget<T extends { target?: string | null }>(columns: T[]): Map<string, T> {
	const map = new Map<string, T>();
	columns.forEach((column) => column.target && !map.has(column.target) && map.set(column.target, column));
	return map;
}

/* Names that something goes to, in lower case: a new column may not be called so. */
export function takenTargets(mapping: Mapping, own: string): Set<string> {
	return new Set(mapping.targets.flatMap((target) => (target.name !== own && (target.source !== null || target.computed !== null) ? [target.name.toLowerCase()] : [])));
}

export function buildMapping(ruled: Ruled, entry: TableEntry | null, columns: ColumnInfo[], existing: ColumnInfo[] | null): Mapping {
	const sources = columns.map((column): SourceColumn => {
		const own = columnOf(entry, column.name);
		const isOut = isExcluded(entry, column.name);
		return {
			name: column.name, type: column.native_type, inKey: column.in_key, entry: own, isExcluded: isOut,
			target: isOut ? null : targetOfColumn(ruled, entry, column.name),
			isChanged: Boolean(own && (own.expression || own.type || own.transform)),
		};
	});
	const goers = byTarget(sources);
	const computed = byTarget(newColumnsOf(entry));
	const exact = new Set((existing ?? []).map((column) => column.name));
	/* A column that is there in just these letters is meant before one in others. */
	const find = <T>(ends: Map<string, T>, name: string): T | null => {
		const like = ends.get(name) ?? [...ends].find(([end]) => end.toLowerCase() === name.toLowerCase() && !exact.has(end))?.[1];
		return like ?? null;
	};
	const targets = (existing ?? []).map((column): TargetColumn => {
		const source = find(goers, column.name), own = find(computed, column.name);
		return { name: source?.target ?? own?.target ?? column.name, type: column.native_type, source: source?.name ?? null, computed: own, exists: true };
	});
	const known = new Map(targets.map((target) => [target.name, target]));
	const add = (target: TargetColumn) => {
		const there = known.get(target.name);
		/* Two that go to one place: the plan refuses them, and here both can be got at. */
		if (there) there.computed ??= target.computed;
		else targets.push(target);
		if (!there) known.set(target.name, target);
	};
	goers.forEach((source, name) => add({ name, type: source.entry?.type ?? null, source: source.name, computed: null, exists: false }));
	computed.forEach((column, name) => add({ name, type: column.type ?? null, source: null, computed: column, exists: false }));
	return { sources, targets };
}
