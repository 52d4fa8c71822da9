/* The project document (docs/project.md) as the wizard edits it. Where a list may be one item without brackets, both are taken. */
export type OneOrMany<T> = T | T[];
export type Scalar = string | number | boolean;

export type ConcatPart = Scalar | { column: string } | { literal: Scalar };
export type Step =
	| "trim" | "ltrim" | "rtrim" | "upper" | "lower" | "mask"
	| { type: Scalar }
	| { default: Scalar }
	| { "null-if": Scalar }
	| { trim: Scalar }
	| { ltrim: Scalar }
	| { rtrim: Scalar }
	| { constant: Scalar }
	| { substring: { from: number; length?: number } }
	| { replace: { text: Scalar; with: Scalar } }
	| { concat: OneOrMany<ConcatPart> }
	| { hash: { key_env: string } }
	| { mask: { keep?: number; with?: string } };

export interface ColumnEntry { source?: string; target?: string; type?: string; expression?: string; exclude?: boolean; transform?: OneOrMany<Step> }
export interface Check { name: string; expression: string; action?: "count" | "reject" | "report" }
export interface Hooks { source_before?: OneOrMany<string>; source_after?: OneOrMany<string>; target_before?: OneOrMany<string>; target_after?: OneOrMany<string> }
export interface TableEntry {
	source: string; target?: string; where?: string; query?: string; columns?: ColumnEntry[]; only_listed?: boolean; key?: OneOrMany<string>;
	cursor?: string; hooks?: Hooks; checks?: Check[]; max_rejects?: number | string;
}
export type BadValueRule = "reject" | "fail" | "null" | "replace";
export type BadValueKind = "zero-date" | "nul-byte" | "invalid-encoding" | "out-of-range" | "too-long" | "empty-text" | "invalid-value" | "refused";
export interface Options {
	schema_only?: boolean; data_only?: boolean; if_exists?: "fail" | "drop" | "truncate" | "append" | "merge"; lanes?: number; chunk_rows?: number;
	read_limit?: string | number; keep_ledger?: boolean; no_analyze?: boolean; number_scan?: boolean; verify?: "full" | "sample" | "counts" | "none";
	on_error?: "fail" | "continue" | "skip"; max_rejects?: number | string; max_table_rejects?: number | string;
	bad_values?: Partial<Record<BadValueKind, BadValueRule | null>>; reject_file?: string; save_sources?: string; incremental?: boolean; cursor?: string; partitions?: "keep" | "flat"; staging?: boolean; staging_schema?: string;
	retries?: number; snapshot_lost?: "continue" | "restart" | "fail"; helpers?: "snapshot" | "any" | "none"; stall_seconds?: number;
}
export interface Document {
	version: 1; name?: string; source?: string; target?: string; select?: { include?: OneOrMany<string>; exclude?: OneOrMany<string> };
	schemas?: Record<string, string>; identifiers?: "keep" | "lower" | "snake"; casts?: OneOrMany<string>; tables?: TableEntry[]; hooks?: Hooks; options?: Options;
}
