/*
 * One way to talk to the server: JSON in and out, errors as Problem (RFC 9457). The CSRF token of the session is kept here and
 * goes along with every request that changes something.
 */
import { noteServerTime } from "@/lib/clock";

export class Problem extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		readonly title: string,
		readonly detail: string,
		readonly field: string | null = null,
		readonly hint: string | null = null,
		readonly retryAfter: number | null = null,
	) {
		super(detail || title);
		this.name = "Problem";
	}
}

export interface RequestOptions {
	query?: Record<string, string | number | boolean | null | undefined>;
	body?: unknown;
	text?: string;
	ifMatch?: number;
	idempotencyKey?: string;
	signal?: AbortSignal;
}

const base = "/api/v1";
let csrfToken: string | null = null;
let onSessionOver: () => void = () => undefined;

/* Called when an answer says that nobody is signed in any more, whoever had asked. */
export function whenSessionIsOver(call: () => void): void {
	onSessionOver = call;
}

export function setCsrfToken(token: string | null): void {
	csrfToken = token;
}

export function apiUrl(path: string, query?: RequestOptions["query"]): string {
	const search = new URLSearchParams();
	for (const [name, value] of Object.entries(query ?? {})) {
		if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
	}
	const text = search.toString();
	return base + path + (text ? `?${text}` : "");
}

function buildHeaders(method: string, options: RequestOptions): Headers {
	const headers = new Headers({ Accept: "application/json, application/problem+json" });
	if (options.body !== undefined) headers.set("Content-Type", "application/json");
	if (options.text !== undefined) headers.set("Content-Type", "text/plain; charset=utf-8");
	if (options.ifMatch !== undefined) headers.set("If-Match", `"${options.ifMatch}"`);
	if (options.idempotencyKey) headers.set("Idempotency-Key", options.idempotencyKey);
	if (csrfToken && method !== "GET") headers.set("X-CSRF-Token", csrfToken);
	return headers;
}

function textOf(value: unknown): string | null {
	return typeof value === "string" && value !== "" ? value : null;
}

async function readProblem(response: Response): Promise<Problem> {
	let body: Record<string, unknown> = {};
	try {
		const parsed: unknown = await response.json();
		if (parsed && typeof parsed === "object") body = parsed as Record<string, unknown>;
	} catch {
		// Not JSON: a proxy's page, say. The status alone must do.
	}
	const after = Number(response.headers.get("Retry-After"));
	return new Problem(
		response.status,
		textOf(body["code"]) ?? "http",
		textOf(body["title"]) ?? `The server answered ${response.status}`,
		textOf(body["detail"]) ?? "",
		textOf(body["field"]),
		textOf(body["hint"]),
		after > 0 ? after : null,
	);
}

/* Another tab may have signed in anew meanwhile: then this one's token is that of a session that is no more. */
async function renewCsrfToken(): Promise<boolean> {
	const response = await fetch(apiUrl("/session"), { credentials: "same-origin" });
	if (!response.ok) return false;
	const session = (await response.json()) as { csrf_token: string | null };
	const isOther = session.csrf_token !== csrfToken;
	csrfToken = session.csrf_token;
	return isOther;
}

export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
	try {
		return await requestOnce<T>(method, path, options);
	} catch (error) {
		if (error instanceof Problem && error.code === "csrf" && (await renewCsrfToken())) return requestOnce<T>(method, path, options);
		throw error;
	}
}

function offline(): Problem {
	return new Problem(0, "offline", "The server cannot be reached", "No answer came from Ferry's server.", null,
		"See whether `ferry serve` still runs and whether the network is up. What you entered is kept; try again.");
}

async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
	let response: Response;
	const sent = Date.now();
	try {
		response = await fetch(apiUrl(path, options.query), {
			method,
			headers: buildHeaders(method, options),
			body: options.text ?? (options.body === undefined ? null : JSON.stringify(options.body)),
			signal: options.signal ?? null,
			credentials: "same-origin",
		});
	} catch (error) {
		if (error instanceof DOMException && error.name === "AbortError") throw error;
		throw offline();
	}
	noteServerTime(response.headers.get("Date"), sent, Date.now());
	if (!response.ok) {
		const problem = await readProblem(response);
		if (problem.status === 401 && problem.code !== "bad_credentials") onSessionOver();
		throw problem;
	}
	return response;
}

async function requestOnce<T>(method: string, path: string, options: RequestOptions): Promise<T> {
	const response = await send(method, path, options);
	if (response.status === 204) return undefined as T;
	return (await response.json()) as T;
}

export const get = <T>(path: string, options?: RequestOptions) => request<T>("GET", path, options);
export const post = <T>(path: string, body?: unknown, options?: RequestOptions) => request<T>("POST", path, { ...options, body });
export const put = <T>(path: string, body: unknown, options?: RequestOptions) => request<T>("PUT", path, { ...options, body });
export const patch = <T>(path: string, body: unknown, options?: RequestOptions) => request<T>("PATCH", path, { ...options, body });
export const remove = (path: string, options?: RequestOptions) => request<void>("DELETE", path, options);

/* Every page of a list, up to a number of items that no screen needs to pass. */
export async function getAll<T>(path: string, options: RequestOptions = {}, most = 20000): Promise<T[]> {
	const items: T[] = [];
	let cursor: string | null = null;
	do {
		const page: { items: T[]; next_cursor: string | null } = await get(path, { ...options, query: { limit: 500, ...options.query, cursor } });
		items.push(...page.items);
		cursor = page.next_cursor ?? null;
	} while (cursor && items.length < most);
	return items;
}

/* A file whose answers are cut by size: one after the other, to the last, or an error. */
export async function getWholeFile(path: string, query: RequestOptions["query"] = {}): Promise<Blob> {
	const parts: Blob[] = [];
	let cursor: string | null = null;
	do {
		const response = await send("GET", path, { query: { ...query, cursor } });
		parts.push(await response.blob().catch(() => Promise.reject(offline())));
		cursor = response.headers.get("X-Next-Cursor");
	} while (cursor);
	return new Blob(parts, { type: parts[0]?.type ?? "" });
}
