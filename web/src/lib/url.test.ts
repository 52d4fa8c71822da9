import { describe, expect, it } from "vitest";
import { composeUrl, emptyParts, parseUrl, placeOf } from "./url";

describe("connection URLs", () => {
	const cases: [string, boolean][] = [
		["mysql://me@db1:3306/shop", false],
		["postgresql://me@[::1]:5432/shop?schema=sales", false],
		["sqlite:////var/lib/app.db", true],
		["sqlite:///app.db?mode=ro", true],
		["mysql://a%40b@db1/s%C3%BC", false],
	];
	it.each(cases)("%s survives the form", (url, isFile) => {
		expect(composeUrl(parseUrl(url), isFile)).toBe(url);
	});
	it("leaves out what is empty", () => {
		expect(composeUrl({ ...emptyParts("mysql"), host: "db", database: "x", options: { ssl: "" } }, false)).toBe("mysql://db/x");
	});
	it("never keeps a password", () => {
		expect(parseUrl("mysql://me:secret@db/x").user).toBe("me");
	});
	it("names the place", () => {
		expect(placeOf("mysql://me@db1/shop")).toBe("shop on db1");
		expect(placeOf("sqlite:////srv/app.db")).toBe("app.db");
	});
});
