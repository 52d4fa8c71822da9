import { expect, it } from "vitest";
import { checkPairs, pairsOf, splitLines, splitPairs, splitStatements } from "./lines";

it("takes one rule a line", () => {
	expect(splitLines(" a to b \n\n c to d")).toEqual(["a to b", "c to d"]);
});

it("takes statements between empty lines", () => {
	expect(splitStatements("SET x = 1\n\nSELECT 1,\n  2\n \n")).toEqual(["SET x = 1", "SELECT 1,\n  2"]);
});

it("takes pairs of names that are whole, each name once", () => {
	const lines = splitPairs("dbo:public\n sales : shop \nhalf\nhalf:\n: none\ndbo: other");
	expect(lines).toEqual(["dbo: other", "sales: shop"]);
	expect(pairsOf(lines)).toEqual({ dbo: "other", sales: "shop" });
});

it("says which line of pairs is left out", () => {
	expect(checkPairs("dbo: public\n\nsales: shop\n")).toBeUndefined();
	expect(checkPairs("dbo: public\nhalf")).toContain("Line 2");
	expect(checkPairs("dbo: public\n\n dbo: other")).toContain("Line 3 names dbo again");
});
