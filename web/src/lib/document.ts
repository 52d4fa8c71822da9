/*
 * Editing the project document. Every function gives a new document and leaves the old one alone; what says nothing is taken
 * out again, so that a document stays as short as a person would write it.
 */
import type { ColumnEntry, Document, OneOrMany, TableEntry } from "@/api/document";
import type { SourceTable } from "@/api/types";
import { qualified } from "./format";

export interface TableName { schema: string | null; name: string }

export function listOf<T>(value: OneOrMany<T> | null | undefined): T[] {
	if (value === undefined || value === null) return [];
	return Array.isArray(value) ? value : [value];
}

export function keyOf(table: TableName): string {
	return qualified(table.schema, table.name);
}

/* As the program has it: case counts, and only * and ? are special. */
function globToRegExp(glob: string): RegExp {
	const text = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".");
	return new RegExp(`^${text}$`, "su");
}

/* Views are not copied as tables. */
export function isView(table: { kind: string }): boolean {
	return table.kind.endsWith("view");
}

export function isGlob(text: string): boolean {
	return /[*?]/.test(text);
}

/* ---- selection ---- */

/* A test for many tables: plain names are looked up, only patterns are tried one by one. A name that holds a * itself is one, too. */
function matcherOf(patterns: string[]): (table: TableName) => boolean {
	const names = new Set(patterns);
	const globs = patterns.filter(isGlob).map(globToRegExp);
	return (table) => {
		const key = keyOf(table);
		return names.has(table.name) || names.has(key) || globs.some((glob) => glob.test(table.name) || glob.test(key));
	};
}

export function selectedKeys(document: Document, tables: TableName[]): Set<string> {
	const include = listOf(document.select?.include);
	const isIn = include.length === 0 ? () => true : matcherOf(include);
	const isOut = matcherOf(listOf(document.select?.exclude));
	return new Set(tables.filter((table) => isIn(table) && !isOut(table)).map(keyOf));
}

/* Nothing is written where all take part; else the shorter of both lists. */
export function withSelection(document: Document, tables: TableName[], chosen: Set<string>): Document {
	const { select: _, ...rest } = document;
	const out = tables.map(keyOf).filter((key) => !chosen.has(key));
	if (out.length === 0) return rest;
	if (chosen.size === 0) return { ...rest, select: { exclude: "*" } };
	return { ...rest, select: out.length < chosen.size ? { exclude: out } : { include: [...chosen] } };
}

/* ---- entries of tables ---- */

export interface IndexedEntry { index: number; entry: TableEntry }

/* The entries that name exactly this table; patterns are rules and stay untouched. */
export function entriesOf(document: Document, table: TableName): IndexedEntry[] {
	return listOf(document.tables).flatMap((entry, index) =>
		!isGlob(entry.source) && !entry.query && (entry.source === keyOf(table) || entry.source === table.name) ? [{ index, entry }] : []);
}

/* All entries by the name they are written with: for lists of thousands. */
export function indexEntries(document: Document): Map<string, IndexedEntry[]> {
	const map = new Map<string, IndexedEntry[]>();
	listOf(document.tables).forEach((entry, index) => {
		if (isGlob(entry.source) || entry.query) return;
		map.set(entry.source, [...(map.get(entry.source) ?? []), { index, entry }]);
	});
	return map;
}

/* The project's own queries, as tables that its source seems to have: they are selected and mapped like those. */
export function queryTables(document: Document): SourceTable[] {
	return listOf(document.tables).flatMap((entry) => (entry.query === undefined ? [] : [{ schema: null, name: entry.source, kind: "query" as const, rows: -1, bytes: -1, n_columns: -1, has_key: true }]));
}

export function queriesOf(document: Document): IndexedEntry[] {
	return listOf(document.tables).flatMap((entry, index) => (entry.query === undefined ? [] : [{ index, entry }]));
}

/* Puts a query in the place of the one at index, or adds it; it takes part, whatever the selection said. */
export function setQuery(document: Document, tables: TableName[], index: number | null, entry: TableEntry): Document {
	const old = index === null ? null : listOf(document.tables)[index];
	const chosen = selectedKeys(document, [...tables, ...queryTables(document)]);
	const next = index === null ? addEntry(document, entry) : replaceEntry(document, index, entry);
	if (old) chosen.delete(old.source);
	chosen.add(entry.source);
	return withSelection(next, [...tables, ...queryTables(next)], chosen);
}

/* The same after a look at it that took its time: by name, and only what was changed. */
export function keepQuery(document: Document, tables: TableName[], before: TableEntry | null, after: TableEntry): Document {
	const there = before && queriesOf(document).find(({ entry }) => entry.source === before.source);
	return setQuery(document, tables, there?.index ?? null, there ? applyChanges(there.entry, before, after) : after);
}

export function removeQuery(document: Document, tables: TableName[], index: number): Document {
	const chosen = selectedKeys(document, [...tables, ...queryTables(document)]);
	const next = removeEntry(document, index);
	const left = [...tables, ...queryTables(next)];
	return withSelection(next, left, new Set(left.map(keyOf).filter((key) => chosen.has(key))));
}

function withTables(document: Document, tables: TableEntry[]): Document {
	const { tables: _, ...rest } = document;
	return tables.length > 0 ? { ...rest, tables } : rest;
}

function saysNothing(entry: TableEntry): boolean {
	return Object.keys(entry).length === 1;
}

export function replaceEntry(document: Document, index: number, entry: TableEntry): Document {
	const tables = listOf(document.tables);
	const isAlone = tables.filter((other) => other.source === entry.source).length === 1;
	return withTables(document, saysNothing(entry) && isAlone ? tables.filter((_, i) => i !== index) : tables.map((old, i) => (i === index ? entry : old)));
}

export function addEntry(document: Document, entry: TableEntry): Document {
	return withTables(document, [...listOf(document.tables), entry]);
}

export function removeEntry(document: Document, index: number): Document {
	return withTables(document, listOf(document.tables).filter((_, i) => i !== index));
}

/* Sets a member, or takes it out where it says nothing. */
export function withMember<T extends object, K extends keyof T>(object: T, name: K, value: T[K] | undefined): T {
	const copy = { ...object };
	if (value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) delete copy[name];
	else copy[name] = value;
	return copy;
}

/* What somebody made of an object between before and after, in what has become of it meanwhile: all else stays as it is now. */
export function applyChanges<T extends object>(now: T, before: T, after: T): T {
	const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof T & string>;
	let next = now;
	for (const name of names) {
		if (JSON.stringify(before[name]) !== JSON.stringify(after[name])) next = withMember(next, name, after[name]);
	}
	return next;
}

/* The entry at index, or the first of the table where none is there yet; changed. */
export function editEntry(document: Document, table: TableName, index: number | null, change: (entry: TableEntry) => TableEntry): Document {
	if (index === null) {
		const entry = change({ source: keyOf(table) });
		return saysNothing(entry) ? document : addEntry(document, entry);
	}
	const old = listOf(document.tables)[index];
	return old ? replaceEntry(document, index, change(old)) : document;
}

/* One more target for a table. */
export function addTarget(document: Document, table: TableName, target: string): Document {
	const first = entriesOf(document, table).length === 0 ? addEntry(document, { source: keyOf(table) }) : document;
	return addEntry(first, { source: keyOf(table), target });
}

/* ---- columns ---- */

export function columnOf(entry: TableEntry | null, source: string): ColumnEntry | null {
	return entry?.columns?.find((column) => column.source === source) ?? null;
}

export function newColumnsOf(entry: TableEntry | null): ColumnEntry[] {
	return entry?.columns?.filter((column) => column.source === undefined) ?? [];
}

/* Of a column that is computed: another one in its place, or none. Only the first, should two have the same target. */
export function replaceComputed(entry: TableEntry, target: string, column: ColumnEntry | null): TableEntry {
	const at = entry.columns?.findIndex((other) => other.source === undefined && other.target === target) ?? -1;
	if (!entry.columns || at < 0) return entry;
	const columns = entry.columns.flatMap((other, i) => (i === at ? (column ? [column] : []) : [other]));
	/* Without any column a table that has only those that are listed is none. */
	return withMember(columns.length > 0 ? entry : withMember(entry, "only_listed", undefined), "columns", columns);
}

export function editColumn(entry: TableEntry, source: string, change: (column: ColumnEntry) => ColumnEntry): TableEntry {
	const old = columnOf(entry, source);
	const next = change(old ?? { source });
	const isEmpty = Object.keys(next).length === 1 && !entry.only_listed;
	const columns = entry.columns ?? [];
	if (!old) return isEmpty ? entry : withMember(entry, "columns", [...columns, next]);
	return withMember(entry, "columns", isEmpty ? columns.filter((column) => column !== old) : columns.map((column) => (column === old ? next : column)));
}

export function isExcluded(entry: TableEntry | null, source: string): boolean {
	const column = columnOf(entry, source);
	return column?.exclude === true || (entry?.only_listed === true && column === null);
}

/* Leaves a column out. The document allows nothing else beside it, so what was said of the column goes. */
export function excludeColumn(entry: TableEntry, source: string): TableEntry {
	return editColumn(entry, source, () => ({ source, exclude: true }));
}

/* How a name is written in the target by the project's rule: the server knows (features/wizard/names.ts). */
export type Ruled = (name: string) => string;

export function targetOfColumn(ruled: Ruled, entry: TableEntry | null, source: string): string {
	return columnOf(entry, source)?.target ?? ruled(source);
}

/* Draws a line from a source column to a target column. Whoever went there before goes nowhere now, a computed column included. */
export function connectColumns(ruled: Ruled, entry: TableEntry, sources: string[], source: string, target: string): TableEntry {
	const previous = sources.find((other) => other !== source && !isExcluded(entry, other) && targetOfColumn(ruled, entry, other) === target);
	const freed = previous ? excludeColumn(entry, previous) : entry;
	const alone = freed.columns ? withMember(freed, "columns", freed.columns.filter((column) => column.source !== undefined || column.target !== target)) : freed;
	return editColumn(alone, source, (column) => {
		const { exclude: _, ...rest } = column;
		return withMember(rest, "target", target === ruled(source) ? undefined : target);
	});
}
