import { describe, expect, it } from "vitest";
import type { Document, TableEntry } from "@/api/document";
import { addTarget, applyChanges, connectColumns, editColumn, editEntry, entriesOf, excludeColumn, isExcluded, keepQuery, removeQuery, replaceComputed, selectedKeys, setQuery, targetOfColumn, withSelection } from "./document";

const plain: Document = { version: 1 };
const tables = ["a", "b", "c", "order_old"].map((name) => ({ schema: "s", name }));

describe("selection", () => {
	it("takes all where nothing is said", () => {
		expect(selectedKeys(plain, tables).size).toBe(4);
	});
	it("follows patterns", () => {
		const document: Document = { version: 1, select: { include: ["s.*"], exclude: "*_old" } };
		expect([...selectedKeys(document, tables)]).toEqual(["s.a", "s.b", "s.c"]);
	});
	it("writes the shorter list, or none", () => {
		expect(withSelection(plain, tables, new Set(["s.a"])).select).toEqual({ include: ["s.a"] });
		expect(withSelection(plain, tables, new Set(["s.a", "s.b", "s.c"])).select).toEqual({ exclude: ["s.order_old"] });
		expect(withSelection({ version: 1, select: { exclude: "x" } }, tables, new Set(tables.map((t) => `s.${t.name}`)))).toEqual(plain);
		expect(selectedKeys(withSelection(plain, tables, new Set()), tables).size).toBe(0);
	});
	it("tells names in capitals from others, as the program does", () => {
		const both = ["Orders", "orders"].map((name) => ({ schema: null, name }));
		expect([...selectedKeys({ version: 1, select: { exclude: "orders" } }, both)]).toEqual(["Orders"]);
		expect([...selectedKeys({ version: 1, select: { include: "O*" } }, both)]).toEqual(["Orders"]);
		expect(selectedKeys({ version: 1, select: { exclude: "tmp_*" } }, [{ schema: null, name: "TMP_X" }]).size).toBe(1);
	});
	it("matches with and without a schema", () => {
		const taken = (include: string) => [...selectedKeys({ version: 1, select: { include } }, tables)];
		expect(taken("ord*")).toEqual(["s.order_old"]);
		expect(taken("s.b")).toEqual(["s.b"]);
		expect(taken("b")).toEqual(["s.b"]);
	});
});

describe("entries", () => {
	const table = tables[0]!;
	it("come and go with what they say", () => {
		const named = editEntry(plain, table, null, (entry) => ({ ...entry, target: "x" }));
		expect(named.tables).toEqual([{ source: "s.a", target: "x" }]);
		expect(editEntry(named, table, 0, (entry) => ({ source: entry.source }))).toEqual(plain);
	});
	it("keep the first target beside a second", () => {
		const twice = addTarget(plain, table, "x");
		expect(entriesOf(twice, table).map(({ entry }) => entry.target)).toEqual([undefined, "x"]);
	});
});

describe("queries", () => {
	const sums: TableEntry = { source: "sums", query: "SELECT 1" };
	it("are taken like tables, whatever the selection was", () => {
		expect(setQuery(plain, tables, null, sums)).toEqual({ version: 1, tables: [sums] });
		const narrow: Document = { version: 1, select: { include: ["s.a"] } };
		expect(setQuery(narrow, tables, null, sums).select).toEqual({ include: ["s.a", "sums"] });
	});
	it("keep their place under another name, and leave nothing behind", () => {
		const narrow = setQuery({ version: 1, select: { include: ["s.a"] } }, tables, null, sums);
		const renamed = setQuery(narrow, tables, 0, { ...sums, source: "totals" });
		expect(renamed.select).toEqual({ include: ["s.a", "totals"] });
		expect(removeQuery(renamed, tables, 0)).toEqual({ version: 1, select: { include: ["s.a"] } });
	});
});

describe("a dialog that was open meanwhile", () => {
	it("changes what was changed in it, and nothing else", () => {
		const before: TableEntry = { source: "a", cursor: "at", key: "id", columns: [{ source: "p", type: "text" }] };
		const now: TableEntry = { source: "a", cursor: "at", where: "x > 1", columns: [{ source: "iban", exclude: true }] };
		expect(applyChanges(now, before, { ...before, key: ["id", "no"] })).toEqual({ ...now, key: ["id", "no"] });
		const { cursor: _, ...without } = before;
		const { cursor: __, ...expected } = now;
		expect(applyChanges(now, before, without)).toEqual(expected);
		expect(applyChanges(now, before, before)).toBe(now);
	});
	it("finds its query wherever it is now", () => {
		const before: TableEntry = { source: "sums", query: "SELECT 1" };
		const now: Document = { version: 1, tables: [{ source: "a", target: "x" }, { ...before, columns: [{ source: "n", exclude: true }] }] };
		expect(keepQuery(now, tables, before, { ...before, query: "SELECT 2" }).tables).toEqual([{ source: "a", target: "x" }, { source: "sums", query: "SELECT 2", columns: [{ source: "n", exclude: true }] }]);
		expect(keepQuery(plain, tables, before, { ...before, query: "SELECT 2" }).tables).toEqual([{ source: "sums", query: "SELECT 2" }]);
	});
});

describe("columns", () => {
	const entry: TableEntry = { source: "a" };
	const same = (name: string) => name;
	it("are drawn to a target, and free whoever was there", () => {
		const next = connectColumns(same, entry, ["p", "q"], "p", "q");
		expect(next.columns).toEqual([{ source: "q", exclude: true }, { source: "p", target: "q" }]);
		expect(isExcluded(next, "q")).toBe(true);
	});
	it("say nothing else when they are left out", () => {
		const changed = editColumn(entry, "p", (column) => ({ ...column, target: "x" }));
		expect(excludeColumn(changed, "p").columns).toEqual([{ source: "p", exclude: true }]);
	});
	it("leave no empty entries", () => {
		const changed = editColumn(entry, "p", (column) => ({ ...column, type: "text" }));
		expect(editColumn(changed, "p", ({ source }) => ({ ...(source ? { source } : {}) }))).toEqual(entry);
	});
	it("say no name that the rule gives anyway", () => {
		const small = (name: string) => name.toLowerCase();
		expect(connectColumns(small, { source: "a" }, ["CUST_ID"], "CUST_ID", "cust_id")).toEqual({ source: "a" });
		expect(connectColumns(small, { source: "a" }, ["CUST_ID"], "CUST_ID", "CUST_ID").columns).toEqual([{ source: "CUST_ID", target: "CUST_ID" }]);
		expect(targetOfColumn(small, null, "CUST_ID")).toBe("cust_id");
	});
	it("are changed alone, when they are computed and two have one name", () => {
		const twice: TableEntry = { source: "a", columns: [{ target: "n", expression: "1" }, { target: "n", expression: "2" }] };
		expect(replaceComputed(twice, "n", null).columns).toEqual([{ target: "n", expression: "2" }]);
		expect(replaceComputed(twice, "n", { target: "m", expression: "1" }).columns).toEqual([{ target: "m", expression: "1" }, { target: "n", expression: "2" }]);
		expect(replaceComputed({ source: "a", only_listed: true, columns: [{ target: "n" }] }, "n", null)).toEqual({ source: "a" });
	});
	it("take the place of one that was computed", () => {
		const computed: TableEntry = { source: "a", columns: [{ target: "sum", expression: "1" }, { target: "other", expression: "2" }] };
		expect(connectColumns(same, computed, ["p"], "p", "sum").columns).toEqual([{ target: "other", expression: "2" }, { source: "p", target: "sum" }]);
	});
});
