/*
 * A stand-in for the server, for `npm run dev` without one: enough of the API, in memory, with made-up data (5,000 tables,
 * long logs, executions that move). Anybody may sign in. It is no part of the build.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";
import { routes } from "./routes";

export class Refusal extends Error {
	constructor(readonly status: number, readonly code: string, detail: string, readonly hint?: string) {
		super(detail);
	}
}

export interface Call { params: string[]; query: URLSearchParams; body: Record<string, unknown>; response: ServerResponse; request: IncomingMessage }
export type Handler = (call: Call) => unknown;

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
	const parts: Buffer[] = [];
	for await (const part of request) parts.push(part as Buffer);
	const text = Buffer.concat(parts).toString();
	try {
		return text ? (JSON.parse(text) as Record<string, unknown>) : {};
	} catch {
		return { text };
	}
}

function send(response: ServerResponse, status: number, body: unknown, type = "application/json"): void {
	response.statusCode = status;
	response.setHeader("Content-Type", type);
	response.end(body === undefined ? "" : JSON.stringify(body));
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
	const url = new URL(request.url ?? "/", "http://mock");
	const path = url.pathname.replace("/api/v1", "");
	for (const [method, pattern, handler] of routes) {
		const match = method === request.method ? pattern.exec(path) : null;
		if (!match) continue;
		try {
			const body = await readBody(request);
			const result = handler({ params: match.slice(1).map(decodeURIComponent), query: url.searchParams, body, response, request });
			if (result === "stream") return;
			await new Promise((resolve) => setTimeout(resolve, 60));
			send(response, result === undefined ? 204 : 200, result);
		} catch (error) {
			const refusal = error instanceof Refusal ? error : new Refusal(500, "failed", String(error));
			send(response, refusal.status, { title: refusal.code, status: refusal.status, code: refusal.code, detail: refusal.message, hint: refusal.hint }, "application/problem+json");
		}
		return;
	}
	send(response, 404, { title: "Not found", status: 404, code: "not_found", detail: `The stand-in knows no ${request.method} ${path}.` }, "application/problem+json");
}

function handle(request: IncomingMessage, response: ServerResponse, next: () => void): void {
	if (request.url?.startsWith("/api/v1/")) void answer(request, response);
	else next();
}

export function mock(): Plugin {
	return {
		name: "ferry-mock",
		configureServer: (server) => void server.middlewares.use(handle),
		configurePreviewServer: (server) => void server.middlewares.use(handle),
	};
}
