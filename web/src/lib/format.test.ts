import { expect, it } from "vitest";
import { formatSeconds, formatTime, shortType } from "./format";

it("types are told short", () => {
	expect(["character varying(80)", "character(2)", "character varying[]", "timestamp without time zone", "timestamp(3) with time zone", "time with time zone", "double precision", "integer", "varchar(3)"].map(shortType))
		.toEqual(["varchar(80)", "char(2)", "varchar[]", "timestamp", "timestamptz(3)", "timetz", "double", "integer", "varchar(3)"]);
});

it("a duration has the unit of the figure that is shown", () => {
	expect([0.9994, 0.9996, 9.94, 9.96, 59.4, 59.6, 119.6, 3599.6, 3660].map(formatSeconds))
		.toEqual(["999 ms", "1.0 s", "9.9 s", "10 s", "59 s", "1 min 0 s", "2 min 0 s", "1 h 0 min", "1 h 1 min"]);
});

it("a time of another year says so", () => {
	const now = new Date(2026, 0, 2, 12).getTime();
	expect([new Date(2026, 0, 1, 8, 5), new Date(2025, 11, 31, 23, 59), new Date(2027, 0, 1)].map((at) => formatTime(at.toISOString(), now)))
		.toEqual(["1 Jan, 08:05", "31 Dec 2025, 23:59", "1 Jan 2027, 00:00"]);
});
