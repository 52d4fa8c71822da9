import { describe, expect, it } from "vitest";
import type { Document } from "@/api/document";
import type { SuggestedTable } from "@/api/types";
import { applyMatches } from "./match";

const plain: Document = { version: 1 };
const table = (name: string) => ({ schema: null, name });
const suggest = (source: string, target: string | null, score: number): SuggestedTable => ({ source, target, score, reason: "", columns: [] });

describe("match by name", () => {
	it("never gives a table's target to another one", () => {
		const found = applyMatches(plain, [table("orders_old"), table("orders")], [suggest("orders_old", "orders", 0.95), suggest("orders", "orders", 1)]);
		expect(found).toEqual({ document: plain, n: 1 });
	});
	it("gives a target to the table that is most like it", () => {
		const found = applyMatches(plain, [table("Customer"), table("CUSTOMERS")], [suggest("Customer", "customers", 0.92), suggest("CUSTOMERS", "customers", 0.95)]);
		expect(found.document.tables).toEqual([{ source: "CUSTOMERS", target: "customers" }]);
		const other = applyMatches(plain, [table("Client"), table("client_")], [suggest("Client", "clients", 0.95), suggest("client_", "clients", 0.92)]);
		expect(other.document.tables).toEqual([{ source: "Client", target: "clients" }]);
	});
	it("only shows what is not sure", () => {
		expect(applyMatches(plain, [table("orders_2023")], [suggest("orders_2023", "orders", 0.85)])).toEqual({ document: plain, n: 0 });
	});
	it("leaves what somebody chose, and what goes there already", () => {
		const chosen: Document = { version: 1, tables: [{ source: "a", target: "person" }] };
		expect(applyMatches(chosen, [table("a"), table("people"), table("Person_")], [suggest("a", "x", 0.95), suggest("Person_", "person", 0.95)]).document).toEqual(chosen);
	});
});
