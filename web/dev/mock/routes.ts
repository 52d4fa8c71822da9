/* The stand-in's routes. */
import type { Document } from "../../src/api/document";
import type { Execution, Plan, Project } from "../../src/api/types";
import { connections, connectors, detailOf, executions, names, projects, tablesOf } from "./data";
import { announce, runOf, stagesOf, start, subscribe } from "./engine";
import { Refusal, type Call, type Handler } from "./plugin";

let isSignedIn = true;
let isSetUp = true;
let nextId = 10;
const session = { user: { id: "u1", name: "ada", role: "admin" as const }, csrf_token: "t" };
const list = <T>(items: T[]) => ({ items, next_cursor: null });
const now = () => new Date().toISOString();

function find<T extends { id: string }>(items: T[], id: string | undefined): T {
	const found = items.find((item) => item.id === id);
	if (!found) throw new Refusal(404, "not_found", "It is not there (any more).", "Go back to the list.");
	return found;
}
const project = (call: Call) => find(projects, call.params[0]);
const run = (call: Call) => {
	const found = runOf(call.params[0] ?? "");
	if (!found) throw new Refusal(404, "not_found", "No such execution.");
	return found;
};

function guard(handler: Handler): Handler {
	return (call) => {
		if (!isSignedIn) throw new Refusal(401, "unauthorized", "Nobody is signed in.");
		return handler(call);
	};
}

function plan(p: Project): Plan {
	const side = (connector: string) => ({ connector, product: connector, version: "1", database: "shop" });
	return {
		source: side("mysql"), target: side("postgres"),
		tables: tablesOf(p.source_connection_id ?? "c1").filter((t) => t.kind === "table").slice(0, 400).map((t) => ({
			source: { schema: null, name: t.name }, target: { schema: "public", name: t.name }, chunks: 4, estimated_rows: t.rows, estimated_bytes: t.bytes,
			columns: detailOf(null, t.name).columns.map((c) => ({ source: c.name, source_type: c.native_type, target: c.name, target_type: c.type, type: c.type, not_null: !c.is_nullable, is_key: c.in_key, is_identity: c.is_auto_increment, is_copied: true, generated: null, default_kind: "none", default: null })) })),
		ddl: { tables: tablesOf("c1").map((t) => ({ kind: "table", object: t.name, sql: detailOf(null, t.name).ddl ?? "" })), keys: [], indexes: [{ kind: "index", object: "customer_email on customer", sql: "CREATE UNIQUE INDEX customer_email ON customer (email)" }] },
		notes: [
			{ severity: "loss", kind: "column", object: "product.colours", text: "set('red','green') becomes text[]: the list of allowed values is not kept" },
			{ severity: "warning", kind: "column", object: "customer.created", text: "datetime has no time zone; it becomes timestamp without time zone" },
			{ severity: "info", kind: "table", object: "order", text: "named as a reserved word of the target: it is quoted" } ],
		not_converted: [{ kind: "view", name: "order_totals" }],
	};
}

function startExecution(call: Call): Execution {
	const p = find(projects, String(call.body["project_id"]));
	const execution: Execution = { ...structuredClone(executions[0]!), id: `e${nextId++}`, project_id: p.id, project_name: p.name, project_version: p.version, state: "RUNNING", outcome: null, stage: "prepare", dry_run: call.body["dry_run"] === true, created_at: now(), started_at: now(), ended_at: null, error: null,
		progress: { percent: 0, rows: 0, rows_total: 0, bytes: 0, rejected: 0, tables_done: 0, tables_total: 0, rows_per_second: 0, bytes_per_second: 0, eta_seconds: null } };
	executions.unshift(execution);
	p.last_execution = execution;
	start(execution, p.source_connection_id ?? "c1");
	return execution;
}

function command(state: Execution["state"]): Handler {
	return (call) => {
		const { execution } = run(call);
		execution.state = state;
		if (state === "CANCELLED") execution.outcome = "cancelled";
		announce(execution.id);
		return execution;
	};
}

const steps: [string, RegExp, Handler][] = [
	["GET", /^\/connectors$/, () => list(connectors)],
	["GET", /^\/connections$/, () => list(connections)],
	["POST", /^\/connections$/, ({ body }) => { const c = { ...connections[2]!, id: `c${nextId++}`, name: String(body["name"]), url: String(body["url"]), connector: String(body["url"]).split(":")[0]!, last_test: null }; connections.push(c); return c; }],
	["POST", /^\/connections\/test$/, () => connections[1]!.last_test],
	["POST", /^\/connections\/([^/]+)\/test$/, (call) => find(connections, call.params[0]).last_test ?? connections[0]!.last_test],
	["GET", /^\/connections\/([^/]+)\/tables$/, (call) => list(tablesOf(call.params[0]!))],
	["GET", /^\/connections\/([^/]+)\/table$/, ({ query }) => detailOf(query.get("schema"), query.get("name") ?? "")],
	["GET", /^\/connections\/([^/]+)\/rows$/, () => ({ columns: ["id", "first_name", "last_name", "email", "note"], rows: names.map((n, i) => [String(i + 1), ...n, i % 2 ? null : ""]) })],
	["GET", /^\/connections\/([^/]+)$/, (call) => find(connections, call.params[0])],
	["PATCH", /^\/connections\/([^/]+)$/, (call) => Object.assign(find(connections, call.params[0]), { name: call.body["name"], url: call.body["url"] })],
	["DELETE", /^\/connections\/([^/]+)$/, (call) => void connections.splice(connections.indexOf(find(connections, call.params[0])), 1)],
	["GET", /^\/projects$/, () => list(projects)],
	["POST", /^\/projects$/, ({ body }) => { const p: Project = { id: `p${nextId++}`, name: String(body["name"]), source_connection_id: (body["source_connection_id"] as string | null) ?? null, target_connection_id: (body["target_connection_id"] as string | null) ?? null, document: { version: 1 }, version: 1, created_at: now(), updated_at: now(), last_execution: null, is_restricted: false, role: "admin" }; projects.push(p); return p; }],
	["GET", /^\/templates$/, () => list([{ id: "builtin_structure", name: "Structure only", description: "Tables with their keys and indexes, without rows.", is_built_in: true, user: null, version: 1, created_at: null, updated_at: null }, { id: "t1", name: "Shops", description: "as for the first shop", is_built_in: false, user: "ada", version: 1, created_at: now(), updated_at: now() }])],
	["GET", /^\/templates\/([^/]+)$/, () => ({ id: "t1", name: "Shops", description: "", document: { version: 1, options: { schema_only: true } }, is_built_in: false, user: "ada", version: 1, created_at: now(), updated_at: now() })],
	["POST", /^\/projects\/validate$/, () => ({ is_valid: true, problems: [] })],
	["GET", /^\/projects\/([^/]+)\/versions$/, (call) => list(Array.from({ length: project(call).version }, (_, i) => ({ version: project(call).version - i, created_at: now(), user: "ada", name: project(call).name })))],
	["GET", /^\/projects\/([^/]+)\/versions\/\d+$/, (call) => project(call)],
	["POST", /^\/projects\/([^/]+)\/duplicate$/, (call) => { const p = { ...structuredClone(project(call)), id: `p${nextId++}`, last_execution: null }; p.name += " (copy)"; projects.push(p); return p; }],
	["POST", /^\/projects\/([^/]+)\/plan$/, (call) => plan(project(call))],
	["POST", /^\/projects\/([^/]+)\/suggest$/, (call) => ({ tables: tablesOf(project(call).source_connection_id ?? "c1").map((t, i) => ({ source: t.name, target: i < 14 ? `public.${t.name}` : null, score: i < 14 ? 1 - i / 30 : 0, reason: i < 14 ? "same name" : "", columns: detailOf(null, t.name).columns.map((c) => ({ source: c.name, target: c.name, score: 1 })) })) })],
	["POST", /^\/projects\/([^/]+)\/preview$/, ({ body }) => { const doc = body["document"] as Document; const e = doc.tables?.find((t) => t.source === body["table"]); const cols = [{ name: "id", type: "int(11)" }, { name: "first_name", type: "varchar(80)" }, { name: "last_name", type: "varchar(80)" }, { name: "email", type: "varchar(200)" }]; const gone = new Set(e?.columns?.filter((c) => c.exclude).map((c) => c.source)); return { table: body["table"], columns_before: cols, columns_after: cols.filter((c) => !gone.has(c.name)), rows: names.map((n, i) => ({ before: [String(i + 1), ...n], after: [String(i + 1), ...n].filter((_, j) => !gone.has(cols[j]!.name)).map((v) => v.trim().toLowerCase()), rejected: i === 4 ? "email: too long for varchar(10)" : null })) }; }],
	["GET", /^\/projects\/([^/]+)$/, project],
	["PUT", /^\/projects\/([^/]+)$/, (call) => { const p = project(call); if (call.request.headers["if-match"] !== `"${p.version}"`) throw new Refusal(412, "precondition_failed", "Somebody else has changed the project meanwhile."); return Object.assign(p, call.body, { version: p.version + 1, updated_at: now() }); }],
	["DELETE", /^\/projects\/([^/]+)$/, (call) => void projects.splice(projects.indexOf(project(call)), 1)],
	["POST", /^\/names$/, ({ body }) => ({ names: ((body["columns"] as string[] | undefined) ?? tablesOf(String(body["source_connection_id"])).map((t) => t.name)).map((name) => ({ source: name, schema: body["columns"] ? null : "public", name })) })],
	["POST", /^\/compare$/, () => ({ is_compatible: false, counts: { error: 1, warning: 1, info: 0 }, issues: [{ severity: "error", verdict: "missing", kind: "table", table: "coupon", object: null, column: null, reason: "the target has no table coupon", suggestion: "ferry copy creates it" }, { severity: "warning", verdict: "different", kind: "column", table: "customer", object: null, column: "phone", reason: "varchar(40) against varchar(20)", suggestion: "ALTER TABLE customer ALTER COLUMN phone TYPE varchar(40)" }] })],
	["POST", /^\/executions$/, startExecution],
	["GET", /^\/executions$/, ({ query }) => list(executions.filter((e) => (!query.get("state") || e.state === query.get("state")) && (!query.get("project_id") || e.project_id === query.get("project_id"))))],
	["GET", /^\/executions\/([^/]+)$/, (call) => run(call).execution],
	["GET", /^\/executions\/([^/]+)\/stages$/, (call) => list(stagesOf(run(call).execution))],
	["GET", /^\/executions\/([^/]+)\/tables$/, (call) => list(run(call).tables)],
	["GET", /^\/executions\/([^/]+)\/objects$/, (call) => list(run(call).objects)],
	["GET", /^\/executions\/([^/]+)\/metrics$/, (call) => ({ points: run(call).points })],
	["GET", /^\/executions\/([^/]+)\/rejects$/, (call) => list(run(call).execution.outcome === "rejected" ? [{ table: "customer", key: "17", column: "born", reason: "zero-date: 0000-00-00 is no date", value: "0000-00-00" }] : [])],
	["GET", /^\/executions\/([^/]+)\/logs$/, (call) => { const { query } = call; const limit = Number(query.get("limit") ?? 50); const after = Number(query.get("after") ?? 0); const before = query.get("before"); const lines = run(call).logs.filter((l) => (!query.get("level") || l.level === query.get("level")) && (!query.get("search") || l.message.includes(query.get("search")!))); return list(before ? lines.filter((l) => l.id < Number(before)).slice(-limit) : lines.filter((l) => l.id > after).slice(0, limit)); }],
	["POST", /^\/executions\/([^/]+)\/pause$/, command("PAUSED")],
	["POST", /^\/executions\/([^/]+)\/resume$/, command("RUNNING")],
	["POST", /^\/executions\/([^/]+)\/cancel$/, command("CANCELLED")],
	["POST", /^\/executions\/([^/]+)\/retry$/, (call) => startExecution({ ...call, body: { project_id: run(call).execution.project_id } })],
	["DELETE", /^\/executions\/([^/]+)$/, (call) => void executions.splice(executions.findIndex((e) => e.id === call.params[0]), 1)],
	["GET", /^\/executions\/([^/]+)\/events$/, (call) => { subscribe(run(call), call.response, Number(call.request.headers["last-event-id"] ?? call.query.get("last_event_id") ?? 0)); return "stream"; }],
	["GET", /^\/events$/, ({ response }) => { response.writeHead(200, { "Content-Type": "text/event-stream" }); response.write(": beat\n\n"); return "stream"; }],
	["GET", /^\/summary$/, () => ({ executions: { by_state: { RUNNING: executions.filter((e) => e.state === "RUNNING").length, COMPLETED: 2, FAILED: 1 }, running: executions.filter((e) => e.state === "RUNNING"), failed: executions.filter((e) => e.state === "FAILED"), recent: executions.slice(0, 8) }, throughput: { rows_per_second: executions.reduce((s, e) => s + (e.state === "RUNNING" ? (e.progress?.rows_per_second ?? 0) : 0), 0), bytes_per_second: 0 }, totals: { connections: connections.length, projects: projects.length, executions: executions.length, rows: 14_433_609, bytes: 1_833_609_000 }, version: "0.1.0", sample_connection_id: "c3" })],
	["GET", /^\/users$/, () => list([{ id: "u1", name: "ada", role: "admin", is_disabled: false, created_at: now() }, { id: "u2", name: "grace", role: "operator", is_disabled: false, created_at: now() }, { id: "u3", name: "kurt", role: "viewer", is_disabled: true, created_at: now() }])],
	["GET", /^\/api-keys$/, () => list([{ id: "k1", name: "nightly script", role: "operator", created_at: now(), expires_at: null, last_used_at: now() }])],
	["POST", /^\/api-keys$/, ({ body }) => ({ id: "k2", ...body, created_at: now(), key: "ferry_1QhE0Zs8mJd3vY7nq2Lw" })],
	["GET", /^\/audit$/, () => list(Array.from({ length: 40 }, (_, i) => ({ id: String(40 - i), at: new Date(Date.now() - i * 600_000).toISOString(), user: i % 3 ? "ada" : "grace", address: "10.0.0.7", action: ["project.edit", "execution.start", "connection.test", "session.create"][i % 4], object: "projects/p1", detail: null })))],
	["GET", /^\/settings$/, () => ({ operators_may_run_sql: true, operators_may_use_files: false })],
	["PUT", /^\/settings$/, ({ body }) => body],
];

export const routes: [string, RegExp, Handler][] = [
	["GET", /^\/setup$/, () => ({ is_needed: !isSetUp })],
	["POST", /^\/setup$/, () => { isSetUp = isSignedIn = true; return session; }],
	["GET", /^\/session$/, guard(() => session)],
	["POST", /^\/session$/, ({ body }) => { if (body["password"] === "wrong") throw new Refusal(401, "bad_credentials", "Name or password is not right.", "Caps lock? An administrator can set a new password."); isSignedIn = true; return session; }],
	["DELETE", /^\/session$/, () => { isSignedIn = false; }],
	...steps.map(([method, pattern, handler]): [string, RegExp, Handler] => [method, pattern, guard(handler)]),
];
