import { describe, expect, it } from "vitest";
import { findThere, placeOf } from "./place";

const table = (schema: string | null, name: string, kind = "table") => ({ schema, name, kind });

describe("a target that is written", () => {
	const ruled = { schema: "public", name: "orders" };
	it("is a table of the rule's schema, or names its own", () => {
		expect(placeOf("sales", ruled)).toEqual({ schema: "public", name: "sales" });
		expect(placeOf("archive.sales", ruled)).toEqual({ schema: "archive", name: "sales" });
		expect(placeOf(undefined, ruled)).toEqual(ruled);
		expect(placeOf(".sales", ruled)).toEqual({ schema: "public", name: ".sales" });
	});
	it("is one name where the target has no schemas", () => {
		expect(placeOf("archive.sales", { schema: null, name: "orders" })).toEqual({ schema: null, name: "archive_sales" });
	});
});

describe("the table that is there", () => {
	const there = [table("archive", "orders"), table("public", "Orders"), table("public", "orders"), table("public", "seen", "view")];
	it("is that of the schema, and of the very name before one in other letters", () => {
		expect(findThere(there, { schema: "public", name: "orders" })).toBe(there[2]);
		expect(findThere(there, { schema: "public", name: "ORDERS" })).toBe(there[1]);
	});
	it("is none rather than one of another schema, or a view", () => {
		expect(findThere(there, { schema: "sales", name: "orders" })).toBeUndefined();
		expect(findThere(there, { schema: null, name: "orders" })).toBeUndefined();
		expect(findThere(there, { schema: "public", name: "seen" })).toBeUndefined();
	});
});
