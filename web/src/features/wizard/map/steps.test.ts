import { describe, expect, it } from "vitest";
import { kindOf, parseParts, partsText, stepKinds } from "./steps";

describe("parts of a concatenation", () => {
	it("name columns in braces", () => {
		expect(parseParts("{first} {last}")).toEqual([{ column: "first" }, " ", { column: "last" }]);
		expect(partsText([{ column: "first" }, " ", { column: "last" }])).toBe("{first} {last}");
	});
	it("are never none", () => {
		expect(parseParts("")).toEqual([""]);
	});
});

it("every new step is of its kind", () => {
	for (const { kind, make } of stepKinds) expect(kindOf(make())).toBe(kind);
});
