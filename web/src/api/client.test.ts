import { afterEach, describe, expect, it, vi } from "vitest";
import { getWholeFile } from "./client";

function answer(...responses: Response[]): string[] {
	const asked: string[] = [];
	vi.stubGlobal("fetch", (url: string) => {
		asked.push(url);
		return Promise.resolve(responses.shift());
	});
	return asked;
}

afterEach(() => vi.unstubAllGlobals());

describe("a whole file", () => {
	it("is all its parts, asked for with the same filter", async () => {
		const asked = answer(new Response("1\n2\n", { headers: { "X-Next-Cursor": "7" } }), new Response("3\n"));
		const file = await getWholeFile("/audit/export", { user: "vera", action: undefined });
		expect(await file.text()).toBe("1\n2\n3\n");
		expect(asked).toEqual(["/api/v1/audit/export?user=vera", "/api/v1/audit/export?user=vera&cursor=7"]);
	});
	it("is none where a part is missing", async () => {
		answer(new Response("1\n", { headers: { "X-Next-Cursor": "7" } }), new Response(JSON.stringify({ code: "internal", detail: "no store" }), { status: 500 }));
		await expect(getWholeFile("/audit/export")).rejects.toThrow("no store");
	});
	it("is none where an answer breaks off", async () => {
		const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError("terminated")) });
		answer(new Response(broken));
		await expect(getWholeFile("/audit/export")).rejects.toMatchObject({ code: "offline" });
	});
});
