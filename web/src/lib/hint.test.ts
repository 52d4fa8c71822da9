import { expect, it } from "vitest";
import { hintForPages } from "./hint";

it("names fields instead of flags, and leaves what it does not know", () => {
	expect(hintForPages("choose with --if-exists: drop; or leave it out with --exclude")).toBe("choose with “A table that is in the target already” (Pipeline): drop; or leave it out with the check boxes (Select tables)");
	expect(hintForPages("see --no-such-thing")).toBe("see --no-such-thing");
	expect(hintForPages(null)).toBe(null);
});
