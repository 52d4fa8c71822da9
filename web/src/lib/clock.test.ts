import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { noteServerTime, serverNow } from "./clock";
import { secondsBetween } from "./format";

const here = Date.parse("2024-05-01T12:00:00Z");

beforeEach(() => void vi.useFakeTimers({ now: here }));
afterEach(() => {
	noteServerTime(new Date(here).toUTCString(), here, here);
	vi.useRealTimers();
});

it("a browser that is behind, or ahead, counts by the server's clock", () => {
	noteServerTime("Wed, 01 May 2024 12:05:00 GMT", here, here + 40);
	expect(Math.round((serverNow() - here) / 1000)).toBe(300);
	expect(secondsBetween("2024-05-01T12:04:30Z", null)).toBeCloseTo(30, 0);
	noteServerTime("Wed, 01 May 2024 11:50:00 GMT", here, here);
	expect(Math.round((serverNow() - here) / 1000)).toBe(-599);
});

it("the header's whole seconds are no difference, nor is an answer that was long on its way, nor none", () => {
	noteServerTime("Wed, 01 May 2024 11:59:59 GMT", here, here + 100);
	expect(serverNow()).toBe(here);
	noteServerTime("Wed, 01 May 2024 12:05:00 GMT", here - 9000, here);
	noteServerTime(null, here, here);
	noteServerTime("soon", here, here);
	expect(serverNow()).toBe(here);
});
