/*
 * What the server's API (/api/v1) takes and gives, under the names that the pages use. The types come from the program's OpenAPI
 * document (schema.ts, made by `make api-types`); what that document leaves open is said here.
 */
import type { Document } from "./document";
import type * as Api from "./schema";

export type { ApiKey, AuditEntry, Connection, ConnectionTest, Connector, Execution, LogLine, Members, MembersDraft, ObjectResult, Preview, ProjectVersion, Progress, Stage, Summary, TableDetail, TableProgress, User, Validation } from "./schema";

export interface List<T> { items: T[]; next_cursor: string | null }
export type Session = Api.Session;
export type Role = Api.User["role"];
/* The key itself is told once. */
export type NewApiKey = Api.ApiKeyCreated;

export type ConnectorOption = Api.Connector["options"][number];
export type Failure = NonNullable<Api.ConnectionTest["error"]>;
export type TableSummary = Api.TableItem;
export type ColumnInfo = Api.TableDetail["columns"][number];
/* What a project can take from its source: the tables and views that are there, and queries of its own. */
export interface SourceTable extends Omit<TableSummary, "kind"> { kind: TableSummary["kind"] | "query" }
export type RowSample = Api.SampleRows;

export type Project = Omit<Api.Project, "document"> & { document: Document };
export type Template = Omit<Api.Template, "document"> & { document?: Document };
export type NameInTarget = Api.Names["names"][number];
export type SuggestedTable = Api.Suggestions["tables"][number];
export type SuggestedColumn = SuggestedTable["columns"][number];
export type PreviewRow = Api.Preview["rows"][number];
export type CompareIssue = Api.Comparison["issues"][number];
export type Comparison = Api.Comparison;

/* The plan is that of `ferry plan --json`. */
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

export type ExecutionState = Api.Execution["state"];
export type Outcome = NonNullable<Api.Execution["outcome"]>;
export type EngineStage = NonNullable<Api.Execution["stage"]>;
export type Endpoint = Api.Execution["source"];
export type StageState = Api.Stage["state"];
export type TableState = Api.TableProgress["state"];
export type LogLevel = Api.LogLine["level"];
export type MetricPoint = Api.Metrics["points"][number];
/* A line of the reject file (docs/rejects.md). */
export type Reject = Api.Reject;
export type BadValue = Pick<Reject, "column" | "kind" | "reason" | "value" | "encoding">;

/* The hosts are told to administrators only. */
export type Settings = Required<Api.Settings>;
