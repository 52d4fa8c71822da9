/* What the server's API (/api/v1) takes and gives. Names are the API's own. */
import type { Document } from "./document";

export type Role = "viewer" | "operator" | "admin";
export interface User { id: string; name: string; role: Role; is_disabled?: boolean; created_at?: string; last_seen_at?: string | null; version?: number }
export interface Session { user: User; csrf_token: string }
export interface List<T> { items: T[]; next_cursor: string | null }

export interface ConnectorOption { name: string; value: string; help: string; is_secret: boolean }
export interface Connector {
	name: string; title: string; schemes: string[]; url_example: string; versions: string;
	is_source: boolean; is_target: boolean; is_file: boolean; options: ConnectorOption[];
}
export interface Failure { code: string; message: string; hint: string | null }
export interface ConnectionTest {
	ok: boolean; product: string | null; server_version: string | null; latency_ms: number | null;
	missing: string[]; error: Failure | null; tested_at: string;
}
export interface Connection {
	id: string; name: string; connector: string; url: string; has_password: boolean; version: number;
	created_at: string; updated_at: string; last_test: ConnectionTest | null;
}
export interface TableSummary { schema: string | null; name: string; kind: "table" | "view"; rows: number; bytes: number; n_columns: number; has_key: boolean }
export interface ColumnInfo {
	name: string; native_type: string; type: string; is_nullable: boolean; default: string | null;
	is_auto_increment: boolean; is_generated: boolean; comment: string | null; in_key: boolean;
}
export interface TableDetail {
	schema: string | null; name: string; comment?: string | null; columns: ColumnInfo[];
	indexes: { name: string; columns: string[]; is_unique: boolean }[];
	foreign_keys: { name: string; columns: string[]; references: { schema: string | null; name: string; columns: string[] } }[];
	ddl?: string;
}
export interface RowSample { columns: string[]; rows: (string | null)[][] }

export interface Project {
	id: string; name: string; source_connection_id: string | null; target_connection_id: string | null;
	document: Document; version: number; created_at: string; updated_at: string; last_execution?: Execution | null;
}
export interface ProjectVersion { version: number; created_at: string; user: string; name: string }
export interface ValidationProblem { line: number; column: number; path: string; message: string }
export interface Validation { is_valid: boolean; problems: ValidationProblem[] }

export interface PlanColumn {
	source: string | null; source_type: string | null; target: string; target_type: string; type: string; not_null: boolean;
	is_key: boolean; is_identity: boolean; is_copied: boolean; generated: string | null; default_kind: string; default: string | null;
}
export interface Name { schema: string | null; name: string }
export interface PlanTable { source: Name; target: Name; chunks: number; estimated_rows: number | null; estimated_bytes: number | null; columns: PlanColumn[] }
export interface Statement { kind: string; object: string; sql: string }
export interface PlanNote { severity: "info" | "warning" | "loss"; kind: string; object: string; text: string }
export interface Plan {
	source: { connector: string; product: string; version: string; database: string };
	target: { connector: string; product: string; version: string; database: string };
	tables: PlanTable[]; ddl: Record<string, Statement[]>; notes: PlanNote[]; not_converted: { kind: string; name?: string; object?: string }[];
}
export interface SuggestedColumn { source: string; target: string | null; score: number }
export interface SuggestedTable { source: string; target: string | null; score: number; reason: string; columns: SuggestedColumn[] }
export interface PreviewColumn { name: string; type: string }
export interface PreviewRow { before: (string | null)[]; after: (string | null)[]; rejected: string | null }
export interface Preview { table: string; columns_before: PreviewColumn[]; columns_after: PreviewColumn[]; rows: PreviewRow[] }
export interface CompareIssue {
	severity: "error" | "warning" | "info"; verdict: string; kind: string; table: string | null; object: string | null;
	column: string | null; reason: string; suggestion: string | null;
}
export interface Comparison { is_compatible: boolean; counts?: Record<string, number>; issues: CompareIssue[] }

export type ExecutionState = "QUEUED" | "RUNNING" | "PAUSED" | "COMPLETED" | "FAILED" | "CANCELLED";
export type Outcome = "verified" | "rejected" | "different" | "objects" | "failed" | "cancelled";
export type EngineStage = "prepare" | "copy" | "build" | "verify" | "finish";
export interface Progress {
	percent: number; rows: number; rows_total: number; bytes: number; rejected: number; tables_done: number; tables_total: number;
	rows_per_second: number; bytes_per_second: number; eta_seconds: number | null;
}
export interface Endpoint { connector: string; url: string; name?: string | null }
export interface Execution {
	id: string; project_id: string; project_name: string; project_version: number; state: ExecutionState; outcome: Outcome | null;
	attempt: number; stage: EngineStage | null; dry_run: boolean; created_at: string; started_at: string | null; ended_at: string | null;
	user: string; error: Failure | null; source: Endpoint; target: Endpoint; progress: Progress | null; /* null until it has begun */
}
export type StageState = "pending" | "running" | "done" | "failed" | "skipped";
export interface Stage { name: string; title: string; state: StageState; started_at: string | null; ended_at: string | null; seconds: number | null; detail?: string | null }
export type TableState = "waiting" | "copying" | "loaded" | "verified" | "different" | "failed";
export interface TableProgress {
	index: number; name: string; target: string; state: TableState; rows: number; total: number; bytes: number; rejected: number;
	seconds: number; rows_per_second: number; differences: number;
}
export interface ObjectResult { kind: string; name: string; status: "success" | "error" | "skipped"; message: string | null; seconds: number; at: string }
export type LogLevel = "debug" | "info" | "warning" | "error";
export interface LogLine { id: number; at: string; level: LogLevel; message: string }
export interface Reject { table: string; key: string | null; column: string | null; reason: string; value: string | null; row?: Record<string, string | null> }
export interface MetricPoint { at: string; rows_per_second: number; bytes_per_second: number; rows: number }

export interface ApiKey { id: string; name: string; role: Role; prefix?: string; created_at: string; expires_at: string | null; last_used_at?: string | null; key?: string }
export interface AuditEntry { id: string; at: string; user: string | null; address: string | null; action: string; object: string | null; detail: string | Record<string, unknown> | null }
export interface Settings { operators_may_run_sql: boolean; operators_may_use_files: boolean }
export interface Summary {
	executions: { by_state: Partial<Record<ExecutionState, number>>; running: Execution[]; failed: Execution[]; recent: Execution[] };
	throughput: { rows_per_second: number; bytes_per_second: number };
	totals: { connections: number; projects: number; executions: number; rows: number; bytes: number };
	version: string; sample_connection_id: string | null;
}
