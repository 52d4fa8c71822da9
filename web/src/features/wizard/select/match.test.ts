import { describe, expect, it } from "vitest";
import type { Document } from "@/api/document";
import type { SuggestedTable } from "@/api/types";
import type { TableName } from "@/lib/document";
import { applyMatches } from "./match";

const plain: Document = { version: 1 };
const table = (name: string) => ({ schema: null, name });
const same = (one: TableName) => one;
const suggest = (source: string, target: string | null, score: number): SuggestedTable => ({ source, target, score, reason: "", columns: [] });

describe("match by name", () => {
	it("never gives a table's target to another one", () => {
		const found = applyMatches(plain, [table("orders_old"), table("orders")], [suggest("orders_old", "orders", 0.95), suggest("orders", "orders", 1)], same);
		expect(found).toEqual({ document: plain, n: 1 });
	});
	it("gives a target to the table that is most like it", () => {
		const found = applyMatches(plain, [table("Customer"), table("CUSTOMERS")], [suggest("Customer", "customers", 0.92), suggest("CUSTOMERS", "customers", 0.95)], same);
		expect(found.document.tables).toEqual([{ source: "CUSTOMERS", target: "customers" }]);
		const other = applyMatches(plain, [table("Client"), table("client_")], [suggest("Client", "clients", 0.95), suggest("client_", "clients", 0.92)], same);
		expect(other.document.tables).toEqual([{ source: "Client", target: "clients" }]);
	});
	it("only shows what is not sure", () => {
		expect(applyMatches(plain, [table("orders_2023")], [suggest("orders_2023", "orders", 0.85)], same)).toEqual({ document: plain, n: 0 });
	});
	it("goes by the names that the program makes, schemas included", () => {
		const small = (one: TableName) => ({ schema: "public", name: one.name.toLowerCase() });
		expect(applyMatches(plain, [table("ORDERS")], [suggest("ORDERS", "public.orders", 0.95)], small)).toEqual({ document: plain, n: 1 });
		expect(applyMatches(plain, [table("ORDERS")], [suggest("ORDERS", "archive.orders", 0.95)], small).document.tables).toEqual([{ source: "ORDERS", target: "archive.orders" }]);
	});
	it("leaves what somebody chose, and what goes there already", () => {
		const chosen: Document = { version: 1, tables: [{ source: "a", target: "person" }] };
		expect(applyMatches(chosen, [table("a"), table("people"), table("Person_")], [suggest("a", "x", 0.95), suggest("Person_", "person", 0.95)], same).document).toEqual(chosen);
	});
});
