import { expect, it } from "vitest";
import { splitLines, splitStatements } from "./lines";

it("takes one rule a line", () => {
	expect(splitLines(" a to b \n\n c to d")).toEqual(["a to b", "c to d"]);
});

it("takes statements between empty lines", () => {
	expect(splitStatements("SET x = 1\n\nSELECT 1,\n  2\n \n")).toEqual(["SET x = 1", "SELECT 1,\n  2"]);
});
