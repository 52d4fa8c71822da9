import { afterEach, describe, expect, it } from "vitest";
import { startOfDay, startOfNextDay } from "./days";

const zone = process.env["TZ"];

afterEach(() => {
	if (zone === undefined) delete process.env["TZ"];
	else process.env["TZ"] = zone;
});

describe("days", () => {
	it("begin and end at the browser's midnight", () => {
		process.env["TZ"] = "America/Los_Angeles";
		expect(startOfDay("2026-11-28")).toBe("2026-11-28T08:00:00.000Z");
		expect(startOfNextDay("2026-11-28")).toBe("2026-11-29T08:00:00.000Z");
		process.env["TZ"] = "Asia/Tokyo";
		expect(startOfDay("2026-12-31")).toBe("2026-12-30T15:00:00.000Z");
		expect(startOfNextDay("2026-12-31")).toBe("2026-12-31T15:00:00.000Z");
	});
	it("have 23 or 25 hours where clocks change", () => {
		process.env["TZ"] = "Europe/Berlin";
		expect([startOfDay("2026-03-29"), startOfNextDay("2026-03-29")]).toEqual(["2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"]);
		expect([startOfDay("2026-10-25"), startOfNextDay("2026-10-25")]).toEqual(["2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"]);
	});
	it("leave what is no day to the server", () => {
		expect(startOfDay("soon")).toBe("soon");
		expect(startOfNextDay("2026-13-41")).toBe("2026-13-41");
	});
});
