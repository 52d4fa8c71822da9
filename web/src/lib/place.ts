/* Where things land in the target. What the project's rules call them is the server's to say (api/projects.ts, useTableNames). */
import { isView, keyOf, type TableName } from "./document";

/* schema: null in a target without schemas, or while nobody knows. */
export type Place = TableName;

/* A target that somebody wrote, as the program reads it: "schema.table", or a table where the rule would put it. */
export function placeOf(written: string | null | undefined, ruled: Place): Place {
	if (!written) return ruled;
	const dot = written.indexOf(".");
	if (dot <= 0 || dot === written.length - 1) return { schema: ruled.schema, name: written };
	const schema = written.slice(0, dot), name = written.slice(dot + 1);
	return ruled.schema === null ? { schema: null, name: `${schema}_${name}` } : { schema, name };
}

/* One text a place; case makes no other one of it. */
export function placeKey(place: Place): string {
	return keyOf(place).toLowerCase();
}

/* The table that is there already: the one of this very name, or else of one that differs in case only. Never that of another schema. */
export function findThere<T extends TableName & { kind: string }>(tables: T[], place: Place): T | undefined {
	const like = tables.filter((table) => !isView(table) && placeKey(table) === placeKey(place));
	return like.find((table) => keyOf(table) === keyOf(place)) ?? like[0];
}
