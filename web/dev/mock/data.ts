/* What the stand-in's databases and store hold. */
import type { ColumnInfo, Connection, Connector, Execution, Project, TableDetail, TableSummary } from "../../src/api/types";

const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000).toISOString();

export const connectors: Connector[] = [
	{ name: "mysql", title: "MySQL and MariaDB", schemes: ["mysql", "mariadb"], url_example: "mysql://user@host:3306/database", versions: "MySQL 5.7–9, MariaDB 10.3+", is_source: true, is_target: false, is_file: false, has_schemas: true, options: [
		{ name: "socket", value: "PATH", help: "unix socket of the server", is_secret: false },
		{ name: "compress", value: "on|off", help: "compress the protocol: for slow networks", is_secret: false },
		{ name: "ssl-key", value: "FILE", help: "key of the client's certificate (PEM)", is_secret: true } ] },
	{ name: "postgres", title: "PostgreSQL", schemes: ["postgresql", "postgres"], url_example: "postgresql://user@host:5432/database", versions: "PostgreSQL 12–18", is_source: true, is_target: true, is_file: false, has_schemas: true, options: [
		{ name: "schema", value: "NAME", help: "only this schema", is_secret: false },
		{ name: "sslmode", value: "MODE", help: "disable, prefer, require, verify-ca or verify-full", is_secret: false } ] },
	{ name: "sqlite", title: "SQLite", schemes: ["sqlite"], url_example: "sqlite:///file.db", versions: "SQLite 3 files", is_source: true, is_target: true, is_file: true, has_schemas: true, options: [] },
];

const ok = (product: string, version: string, missing: string[] = []) => ({ ok: true, product, server_version: version, latency_ms: 3.2, missing, error: null, tested_at: at(12) });
const connection = (id: string, name: string, connector: string, url: string, last_test: Connection["last_test"]): Connection => ({ id, name, connector, url, has_password: connector !== "sqlite", version: 1, created_at: at(9000), updated_at: at(900), last_test });

export const connections: Connection[] = [
	connection("c1", "Shop, production", "mysql", "mysql://ferry@db1.example.org:3306/shop", ok("MariaDB", "10.11.6")),
	connection("c2", "Warehouse", "postgres", "postgresql://ferry@db2.example.org/warehouse", ok("PostgreSQL", "15.8", ["GRANT CREATE ON DATABASE warehouse TO ferry;"])),
	connection("c3", "Sample (Chinook)", "sqlite", "sqlite:////var/lib/ferry/chinook.db", null),
	connection("c4", "Old ERP, 5,000 tables", "mysql", "mysql://ro@erp/erp", { ok: false, product: null, server_version: null, latency_ms: 0, missing: [], error: { code: "auth", message: "erp:3306: access denied for user 'ro'@'10.0.0.7'", hint: "Check user and password; the server may also not let this user in from Ferry's address." }, tested_at: at(3000) }),
];

const words = ["customer", "order", "order_item", "product", "category", "supplier", "invoice", "payment", "shipment", "address", "employee", "department", "review", "coupon", "cart", "cart_item", "warehouse", "stock_move", "price_list", "tax_rate"];
export function tablesOf(id: string): TableSummary[] {
	const n = id === "c4" ? 5000 : id === "c2" ? 14 : 20;
	return Array.from({ length: n }, (_, i) => ({
		schema: id === "c2" ? "public" : null, name: i < words.length ? words[i]! : `${words[i % words.length]!}_${i}`, kind: i % 17 === 16 ? "view" : "table",
		rows: (i * 7919) % 990_001, bytes: ((i * 7919) % 990_001) * 122, n_columns: 8, has_key: i % 9 !== 7,
	}));
}

const column = (name: string, native_type: string, type: string, more: Partial<ColumnInfo> = {}): ColumnInfo => ({ name, native_type, type, is_nullable: true, default: null, is_auto_increment: false, is_generated: false, comment: null, in_key: false, ...more });
export function detailOf(schema: string | null, name: string): TableDetail {
	return {
		schema, name, comment: null, kind: "table", rows: 100, bytes: 8192, n_columns: 3, has_key: true,
		columns: [
			column("id", "int(11)", "int32", { in_key: true, is_nullable: false, is_auto_increment: true }), column("first_name", "varchar(80)", "text"), column("last_name", "varchar(80)", "text"),
			column("email", "varchar(200)", "text", { is_nullable: false }), column("phone", "varchar(40)", "text"), column("created", "datetime", "timestamp", { default: "current_timestamp()" }),
			column("balance", "decimal(12,2)", "decimal(12,2)", { default: "0.00" }), column("note", "text", "text", { comment: "for the staff" }),
		],
		indexes: [{ name: `${name}_email`, columns: ["email"], is_unique: true, is_primary: false }],
		foreign_keys: name === "customer" ? [] : [{ name: `${name}_customer`, columns: ["id"], references: { schema, name: "customer", columns: ["id"] } }],
		ddl: `CREATE TABLE ${name} (\n  id int NOT NULL AUTO_INCREMENT,\n  email varchar(200) NOT NULL DEFAULT 'x',\n  balance decimal(12,2) DEFAULT 0.00, -- euro\n  PRIMARY KEY (id)\n);`,
	};
}

export const names = [["Ada", "Lovelace", "ada@example.org"], ["Edsger", "Dijkstra", " Edsger@Example.org "], ["Grace", "Hopper", "grace@navy.example"], ["Konrad", "Zuse", "zuse@example.org"], ["Barbara", "Liskov", "liskov@example.edu"]];

export const projects: Project[] = [
	{ id: "p1", name: "Shop to warehouse", source_connection_id: "c1", target_connection_id: "c2", document: { version: 1, tables: [{ source: "customer", columns: [{ source: "email", transform: ["trim", "lower"] }] }] }, version: 4, created_at: at(5000), updated_at: at(40), last_execution: null, is_restricted: false, role: "admin" },
	{ id: "p2", name: "Old ERP", source_connection_id: "c4", target_connection_id: "c2", document: { version: 1 }, version: 1, created_at: at(5000), updated_at: at(4000), last_execution: null, is_restricted: false, role: "admin" },
];

const done = (id: string, project: Project, state: Execution["state"], outcome: Execution["outcome"], minutes: number): Execution => ({
	id, project_id: project.id, project_name: project.name, project_version: project.version, state, outcome, attempt: 1, stage: state === "COMPLETED" ? "finish" : "copy", dry_run: false, wanted: null,
	created_at: at(minutes), started_at: at(minutes), ended_at: at(minutes - 4), user: "ada",
	error: state === "FAILED" ? { code: "lost", message: "copy of stock_move: the connection to db2.example.org was lost after 8 tries", hint: "When the server is there again, retry: chunks that are in are not copied again." } : null,
	source: { connector: "mysql", url: connections[0]!.url }, target: { connector: "postgres", url: connections[1]!.url },
	progress: { percent: state === "COMPLETED" ? 100 : 61, rows: 4_811_203, rows_total: 4_811_203, bytes: 611_203_411, rejected: outcome === "rejected" ? 17 : 0, tables_done: 20, tables_total: 20, rows_per_second: 0, bytes_per_second: 0, eta_seconds: null },
});
export const executions: Execution[] = [done("e3", projects[0]!, "COMPLETED", "verified", 190), done("e2", projects[0]!, "FAILED", "failed", 1600), done("e1", projects[0]!, "COMPLETED", "rejected", 3100)];
projects[0]!.last_execution = executions[0]!;
