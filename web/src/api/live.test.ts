import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, it, vi } from "vitest";
import { LiveStream } from "./live";

class Source extends EventTarget {
	static all: Source[] = [];
	onopen: (() => void) | null = null;
	onerror: (() => void) | null = null;
	constructor(readonly url: string) {
		super();
		Source.all.push(this);
	}
	close(): void {}
	tell(type: string, id: string, data: unknown): void {
		this.dispatchEvent(new MessageEvent(type, { lastEventId: id, data: JSON.stringify(data) }));
	}
}

afterEach(() => {
	vi.unstubAllGlobals();
	vi.useRealTimers();
});

it("says where the log begins, and goes on from there after each break until nothing is missed", () => {
	vi.useFakeTimers();
	vi.stubGlobal("EventSource", Source);
	const told: unknown[] = [];
	const stream = new LiveStream(new QueryClient(), "e1", () => undefined, { onBegin: () => told.push("begin"), onLines: (lines) => told.push(lines.map((line) => line.id)) });
	Source.all[0]?.tell("snapshot", "7", { execution: { id: "e1" }, tables: [] });
	Source.all[0]?.onerror?.();
	vi.advanceTimersByTime(1000);
	expect(Source.all[1]?.url).toBe("/api/v1/executions/e1/events?last_event_id=7");
	Source.all[1]?.tell("log", "5007", { items: [{ id: 8 }, { id: 5007 }] });
	Source.all[1]?.onerror?.();
	vi.advanceTimersByTime(2000);
	expect(Source.all[2]?.url).toBe("/api/v1/executions/e1/events?last_event_id=5007");
	Source.all[2]?.tell("log", "5008", { items: [{ id: 5008 }] });
	expect(told).toEqual(["begin", [8, 5007], [5008]]);
	stream.close();
});

it("takes an object once, and lists tables and objects anew when a retry begins", () => {
	vi.stubGlobal("EventSource", Source);
	Source.all = [];
	const client = new QueryClient();
	const object = (name: string, at: string) => ({ kind: "index", name, status: "success", message: null, seconds: 0, at });
	const isStale = (what: string) => client.getQueryState(["executions", "e1", what])?.isInvalidated;
	client.setQueryData(["executions", "e1", "objects"], [object("a", "1")]);
	client.setQueryData(["executions", "e1", "tables"], []);
	const stream = new LiveStream(client, "e1", () => undefined, { onBegin: () => undefined, onLines: () => undefined });
	const source = Source.all[0];
	source?.tell("snapshot", "1", { execution: { id: "e1", stage: "finish" }, tables: [] });
	source?.tell("object", "2", { items: [object("a", "1"), object("a", "2"), object("b", "1")] });
	expect(client.getQueryData<{ name: string }[]>(["executions", "e1", "objects"])?.map((o) => o.name)).toEqual(["a", "a", "b"]);
	source?.tell("progress", "3", { stage: "finish", progress: {} });
	expect([isStale("tables"), isStale("objects")]).toEqual([false, false]);
	source?.tell("progress", "4", { stage: "prepare", progress: {} });
	expect([isStale("tables"), isStale("objects")]).toEqual([true, true]);
	stream.close();
});
