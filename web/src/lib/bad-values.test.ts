import { expect, test } from "vitest";
import { badValuesText, sumBadValues } from "./bad-values";

test("counts of all tables, the most frequent first", () => {
	const sum = sumBadValues([{ bad_values: { "nul-byte": 1, "zero-date": 2000 } }, {}, { bad_values: { "nul-byte": 2 } }]);
	expect(sum).toEqual({ "nul-byte": 3, "zero-date": 2000 });
	expect(badValuesText(sum)).toBe("2,000 zero-date, 3 nul-byte");
	expect(badValuesText({})).toBe("");
});
