/* Executions of the stand-in that move: rows, logs, objects and tables over about two minutes, published as events. */
import type { ServerResponse } from "node:http";
import type { Execution, LogLine, MetricPoint, ObjectResult, Progress, Stage, TableProgress } from "../../src/api/types";
import { executions, tablesOf } from "./data";

export interface Run { execution: Execution; tables: TableProgress[]; logs: LogLine[]; objects: ObjectResult[]; points: MetricPoint[]; clients: Set<ServerResponse>; eventId: number; history: string[] }

const runs = new Map<string, Run>();
const nothing = (): Progress => ({ percent: 0, rows: 0, rows_total: 0, bytes: 0, rejected: 0, tables_done: 0, tables_total: 0, rows_per_second: 0, bytes_per_second: 0, eta_seconds: null });
const now = () => new Date().toISOString();

function newRun(execution: Execution, connectionId: string): Run {
	const isOver = execution.state !== "RUNNING";
	const tables = tablesOf(connectionId).filter((t) => t.kind === "table").map((t, index): TableProgress => ({
		index, name: t.name, target: `public.${t.name}`, state: isOver ? (execution.state === "COMPLETED" ? "verified" : index % 5 ? "loaded" : "failed") : "waiting", rows: isOver ? t.rows : 0, total: t.rows, bytes: 0, rejected: 0, seconds: isOver ? 12 : 0, rows_per_second: isOver ? 51_000 : 0, differences: 0 }));
	const run: Run = { execution, tables, logs: [], objects: [], points: [], clients: new Set(), eventId: 0, history: [] };
	const n = isOver ? 100_000 : 3;
	for (let i = 0; i < n; i++) log(run, i % 997 === 5 ? "error" : i % 101 === 3 ? "warning" : i % 7 ? "info" : "debug", `${tables[i % tables.length]!.name}: chunk ${i} is in, ${(i * 37) % 9000} rows`);
	if (isOver) for (let i = 0; i < 200; i++) run.points.push({ at: new Date(Date.now() - (200 - i) * 1000).toISOString(), rows_per_second: 60_000 + 20_000 * Math.sin(i / 9), bytes_per_second: 8e6 + 3e6 * Math.sin(i / 9), rows: i * 60_000 });
	if (isOver) run.objects.push({ kind: "index", name: "customer_email", status: "success", message: null, seconds: 0.4, at: now() }, { kind: "view", name: "order_totals", status: "skipped", message: "Views are not converted; its SQL is in the report.", seconds: 0, at: now() });
	return run;
}

export function runOf(id: string): Run | undefined {
	const existing = runs.get(id);
	const execution = executions.find((e) => e.id === id);
	if (existing || !execution) return existing;
	const run = newRun(execution, "c1");
	runs.set(id, run);
	return run;
}

function log(run: Run, level: LogLine["level"], message: string): LogLine {
	const line = { id: run.logs.length + 1, at: now(), level, message };
	run.logs.push(line);
	return line;
}

function publish(run: Run, type: string, data: unknown): void {
	const text = `id: ${++run.eventId}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
	run.history.push(text);
	run.clients.forEach((client) => client.write(text));
}

export function start(execution: Execution, connectionId: string): void {
	const run = newRun(execution, connectionId);
	runs.set(execution.id, run);
	const progress = (run.execution.progress ??= nothing());
	progress.rows_total = run.tables.reduce((sum, t) => sum + t.total, 0);
	progress.tables_total = run.tables.length;
	const timer = setInterval(() => {
		if (execution.state === "PAUSED") return;
		if (execution.state !== "RUNNING" || step(run)) {
			clearInterval(timer);
			execution.ended_at = now();
			publish(run, "state", { execution });
			publish(run, "end", { execution });
			run.clients.forEach((client) => client.end());
		}
	}, 500);
}

function step(run: Run): boolean {
	const { execution, tables } = run;
	const p = (execution.progress ??= nothing());
	const lanes = tables.filter((t) => t.state === "waiting" || t.state === "copying").slice(0, Math.max(4, tables.length / 200));
	const share = Math.max(40_000, p.rows_total / 200 / Math.max(1, lanes.length));
	for (const table of lanes) {
		table.state = "copying";
		table.seconds += 0.5;
		table.rows = Math.min(table.total, table.rows + share);
		table.bytes = table.rows * 122;
		table.rows_per_second = table.rows / table.seconds;
		if (table.rows >= table.total) {
			table.state = "verified";
			p.tables_done++;
			const result: ObjectResult = { kind: "table", name: table.target, status: "success", message: null, seconds: table.seconds, at: now() };
			run.objects.push(result);
			publish(run, "object", { items: [result] });
		}
	}
	const before = p.rows;
	p.rows = tables.reduce((sum, t) => sum + t.rows, 0);
	p.bytes = p.rows * 122;
	p.rows_per_second = (p.rows - before) * 2;
	p.bytes_per_second = p.rows_per_second * 122;
	p.percent = (p.rows / p.rows_total) * 100;
	p.eta_seconds = (p.rows_total - p.rows) / Math.max(1, p.rows_per_second);
	execution.stage = "copy";
	run.points.push({ at: now(), rows_per_second: p.rows_per_second, bytes_per_second: p.bytes_per_second, rows: p.rows });
	publish(run, "progress", { progress: p, stage: execution.stage, tables: lanes });
	publish(run, "log", { items: lanes.map((t) => log(run, "info", `${t.name}: ${Math.round(t.rows)} of ${t.total} rows`)) });
	if (lanes.length > 0) return false;
	execution.state = "COMPLETED";
	execution.outcome = "verified";
	execution.stage = "finish";
	p.percent = 100;
	p.eta_seconds = 0;
	return true;
}

export function announce(id: string): void {
	const run = runOf(id);
	if (run) publish(run, "state", { execution: run.execution });
}

export function subscribe(run: Run, response: ServerResponse, after: number): void {
	response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
	if (after > 0) run.history.slice(after).forEach((text) => response.write(text));
	else response.write(`id: ${run.eventId}\nevent: snapshot\ndata: ${JSON.stringify({ execution: run.execution, tables: run.tables.filter((t) => t.state === "copying").slice(0, 200) })}\n\n`);
	if (run.execution.ended_at) {
		response.end(`id: ${run.eventId + 1}\nevent: end\ndata: ${JSON.stringify({ execution: run.execution })}\n\n`);
		return;
	}
	run.clients.add(response);
	response.on("close", () => run.clients.delete(response));
}

export function stagesOf(execution: Execution): Stage[] {
	const isOver = execution.state === "COMPLETED";
	const titles: [string, string][] = [["extract", "Extract"], ["transform", "Transform"], ["load_dimensions", "Load dimensions"], ["load_facts", "Load facts"], ["validate", "Validate"], ["report", "Report"]];
	return titles.map(([name, title], i) => ({ name, title, state: isOver || i === 0 ? "done" : i < 4 ? "running" : "pending", started_at: execution.started_at, ended_at: isOver ? execution.ended_at : null, seconds: isOver ? 20 + i : i < 4 ? 12 : null, detail: i === 0 ? "20 tables, 4,811,203 rows" : null }));
}
