import { describe, expect, it } from "vitest";
import type { TableEntry } from "@/api/document";
import type { ColumnInfo } from "@/api/types";
import { buildMapping, takenTargets } from "./columns";

const same = (name: string) => name;
const info = (name: string): ColumnInfo => ({ name, native_type: "text", type: "text", is_nullable: true, default: null, is_auto_increment: false, is_generated: false, comment: null, in_key: false });
const ends = (entry: TableEntry | null, sources: string[], existing: string[] | null = null) =>
	buildMapping(same, entry, sources.map(info), existing?.map(info) ?? null).targets.map(({ name, source, computed, exists }) => [name, source, computed?.expression ?? null, exists]);

describe("the drawing of a table", () => {
	it("meets columns that are there, whatever their case", () => {
		expect(ends(null, ["ID", "more"], ["id", "rest"])).toEqual([["ID", "ID", null, true], ["rest", null, null, true], ["more", "more", null, false]]);
	});
	it("keeps columns apart that differ in case only", () => {
		expect(ends(null, ["a", "A"], ["a"])).toEqual([["a", "a", null, true], ["A", "A", null, false]]);
		expect(ends(null, ["a", "A"])).toEqual([["a", "a", null, false], ["A", "A", null, false]]);
	});
	it("hides no computed column behind one that goes to the same place", () => {
		const entry: TableEntry = { source: "t", columns: [{ source: "a", target: "sum" }, { target: "sum", expression: "1" }] };
		expect(ends(entry, ["a"])).toEqual([["sum", "a", "1", false]]);
		expect(ends(entry, ["a"], ["sum"])).toEqual([["sum", "a", "1", true]]);
	});
	it("knows which names are free for a computed one", () => {
		const mapping = buildMapping(same, { source: "t", columns: [{ target: "sum", expression: "1" }, { target: "twice", expression: "2" }] }, [info("Id")], [info("id"), info("free")]);
		expect([...takenTargets(mapping, "sum")]).toEqual(["id", "twice"]);
	});
});
