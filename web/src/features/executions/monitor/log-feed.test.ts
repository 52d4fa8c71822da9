import { describe, expect, it } from "vitest";
import type { LogPage } from "@/api/executions";
import type { LogLevel, LogLine } from "@/api/types";
import { LogFeed, pageSize, type LogFilter, type LogState } from "./log-feed";

const line = (id: number, level: LogLevel = "info"): LogLine => ({ id, at: "2026-11-28T12:00:00Z", level, message: `line ${id}` });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => line(from + i));

/* Answers come when the test gives them. */
function open(filter: LogFilter = { level: "debug", search: "" }) {
	const asked: { page: LogPage; signal: AbortSignal; answer: (items: LogLine[]) => Promise<void> }[] = [];
	const states: LogState[] = [];
	const feed = new LogFeed((page, signal) => new Promise((resolve) => {
		asked.push({ page, signal, answer: async (items) => { resolve({ items }); await new Promise((done) => setTimeout(done)); } });
	}), filter, (state) => states.push(state));
	return { feed, asked, states, ids: () => (states.at(-1)?.lines ?? []).map((one) => one.id) };
}

describe("the log as far as it is loaded", () => {
	it("has the newest page, what came meanwhile, and each line once", async () => {
		const { feed, asked, ids, states } = open();
		void feed.loadNewest();
		feed.add([line(3), line(4)]);
		await asked[0]?.answer(range(1, 3));
		expect(ids()).toEqual([1, 2, 3, 4]);
		expect(states.at(-1)).toMatchObject({ hasOlder: false, isLoading: false });
	});
	it("applies its filter on what comes", async () => {
		const { feed, asked, ids } = open({ level: "warning", search: "LINE 1" });
		void feed.loadNewest();
		expect(asked[0]?.page).toMatchObject({ level: "warning", search: "LINE 1" });
		await asked[0]?.answer([]);
		feed.add([line(1, "info"), line(2, "error"), line(10, "error")]);
		expect(ids()).toEqual([10]);
	});
	it("asks for the older lines once at a time", async () => {
		const { feed, asked, ids, states } = open();
		void feed.loadNewest();
		await asked[0]?.answer(range(601, 600 + pageSize));
		expect(states.at(-1)?.hasOlder).toBe(true);
		void feed.loadOlder();
		void feed.loadOlder();
		expect(asked.length).toBe(2);
		expect(asked[1]?.page.before).toBe(601);
		await asked[1]?.answer(range(599, 600));
		expect(ids().slice(0, 3)).toEqual([599, 600, 601]);
		expect(states.at(-1)?.hasOlder).toBe(false);
	});
	it("drops an answer that comes after it was closed", async () => {
		const { feed, asked, states } = open();
		void feed.loadNewest();
		await asked[0]?.answer(range(601, 600 + pageSize));
		void feed.loadOlder();
		const before = states.length;
		feed.close();
		expect(asked[1]?.signal.aborted).toBe(true);
		await asked[1]?.answer(range(1, 600));
		feed.add([line(5000)]);
		expect(states.length).toBe(before);
	});
	it("closes the hole between what is loaded and where the stream begins", async () => {
		const { feed, asked, ids } = open();
		void feed.loadNewest();
		await asked[0]?.answer(range(1, 3));
		void feed.loadNewest();
		feed.add([line(7)]);
		await asked[1]?.answer(range(1, 6));
		expect(ids()).toEqual([1, 2, 3, 4, 5, 6, 7]);
	});
	it("keeps the older lines where the newest page goes on from them", async () => {
		const { feed, asked, ids, states } = open();
		void feed.loadNewest();
		await asked[0]?.answer(range(1, 100 + pageSize));
		void feed.loadNewest();
		await asked[1]?.answer(range(103, 102 + pageSize));
		expect(ids()).toEqual(range(1, 102 + pageSize).map((one) => one.id));
		expect(states.at(-1)?.hasOlder).toBe(true);
	});
	it("begins anew where the newest page does not", async () => {
		const { feed, asked, ids, states } = open();
		void feed.loadNewest();
		await asked[0]?.answer(range(1, 3));
		void feed.loadOlder();
		void feed.loadNewest();
		await asked[2]?.answer(range(601, 600 + pageSize));
		await asked[1]?.answer([line(0)]);
		expect(ids()).toEqual(range(601, 600 + pageSize).map((one) => one.id));
		expect(states.at(-1)?.hasOlder).toBe(true);
	});
	it("takes the later of two newest pages", async () => {
		const { feed, asked, ids } = open();
		void feed.loadNewest();
		void feed.loadNewest();
		await asked[1]?.answer(range(601, 600 + pageSize));
		await asked[0]?.answer(range(1, 3));
		expect(ids()[0]).toBe(601);
	});
});
