import { expect, it } from "vitest";
import { shortType } from "./format";

it("types are told short", () => {
	expect(["character varying(80)", "character(2)", "character varying[]", "timestamp without time zone", "timestamp(3) with time zone", "time with time zone", "double precision", "integer", "varchar(3)"].map(shortType))
		.toEqual(["varchar(80)", "char(2)", "varchar[]", "timestamp", "timestamptz(3)", "timetz", "double", "integer", "varchar(3)"]);
});
