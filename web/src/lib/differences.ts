/* Where two versions of a project differ, in words. */
import type { Document } from "@/api/document";
import type { Project } from "@/api/types";
import { listOf } from "./document";

const words: Partial<Record<keyof Document, string>> = {
	select: "the selection of tables", schemas: "names of schemas", identifiers: "how names are written", casts: "rules of types", hooks: "SQL before and after",
};

function isSame(a: unknown, b: unknown): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}

function changedKeys(a: Record<string, unknown>, b: Record<string, unknown>): string[] {
	return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !isSame(a[key], b[key]));
}

/* By source: a source with several targets is one place. */
function bySource(document: Document): Record<string, unknown> {
	const places: Record<string, unknown[]> = {};
	for (const entry of listOf(document.tables)) (places[entry.source] ??= []).push(entry);
	return places;
}

export function differences(mine: Project, theirs: Project): string[] {
	const [a, b] = [mine.document, theirs.document];
	return [
		...(mine.name === theirs.name ? [] : ["the project's name"]),
		...(mine.source_connection_id === theirs.source_connection_id ? [] : ["the source"]),
		...(mine.target_connection_id === theirs.target_connection_id ? [] : ["the target"]),
		...(Object.keys(words) as (keyof Document)[]).flatMap((key) => (isSame(a[key], b[key]) ? [] : [words[key] ?? key])),
		...changedKeys(bySource(a), bySource(b)).map((source) => `the table ${source}`),
		...changedKeys({ ...a.options }, { ...b.options }).map((option) => `the option ${option.replace(/_/g, " ")}`),
	];
}
