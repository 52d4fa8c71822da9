import { expect, it } from "vitest";
import type { Document } from "@/api/document";
import type { Project } from "@/api/types";
import { differences } from "./differences";

const project = (document: Document, name = "a"): Project => ({ id: "1", name, source_connection_id: "s", target_connection_id: "t", document, version: 1, created_at: "", updated_at: "", is_restricted: false, role: "operator" });

it("names each place where two versions differ", () => {
	const mine = project({ version: 1, options: { lanes: 2, if_exists: "drop" }, tables: [{ source: "a", target: "x" }, { source: "b" }] });
	const theirs = project({ version: 1, options: { lanes: 4, if_exists: "drop" }, tables: [{ source: "b" }], casts: ["a to b"] }, "b");
	expect(differences(mine, theirs)).toEqual(["the project's name", "rules of types", "the table a", "the option lanes"]);
	expect(differences(mine, mine)).toEqual([]);
});
