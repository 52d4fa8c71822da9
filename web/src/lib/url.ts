/*
 * A connection's URL in parts, for the form: scheme://user@host:port/database?option=value. A file's URL has a path only:
 * sqlite:////var/lib/app.db is the file /var/lib/app.db, sqlite:///app.db one in the server's working directory.
 */
export interface UrlParts { scheme: string; user: string; host: string; port: string; database: string; options: Record<string, string> }

export function emptyParts(scheme: string): UrlParts {
	return { scheme, user: "", host: "", port: "", database: "", options: {} };
}

/* As encodeURIComponent, but what is harmless in a path stays readable. */
function encodePath(text: string): string {
	return encodeURIComponent(text).replace(/%2F/g, "/");
}

export function composeUrl(parts: UrlParts, isFile: boolean): string {
	const query = Object.entries(parts.options)
		.filter(([, value]) => value !== "")
		.map(([name, value]) => `${encodeURIComponent(name)}=${encodePath(value)}`)
		.join("&");
	const tail = query ? `?${query}` : "";
	if (isFile) return `${parts.scheme}:///${encodePath(parts.database)}${tail}`;
	const user = parts.user ? `${encodeURIComponent(parts.user)}@` : "";
	const host = parts.host.includes(":") && !parts.host.startsWith("[") ? `[${parts.host}]` : parts.host;
	const port = parts.port ? `:${parts.port}` : "";
	return `${parts.scheme}://${user}${host}${port}/${encodeURIComponent(parts.database)}${tail}`;
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

export function parseUrl(url: string): UrlParts {
	const match = /^([a-z0-9+.-]+):\/\/(?:([^@/]*)@)?(\[[^\]]*\]|[^:/?]*)(?::(\d*))?(?:\/([^?]*))?(?:\?(.*))?$/i.exec(url);
	if (!match) return emptyParts(url.split(":")[0] ?? "");
	const [, scheme = "", user = "", host = "", port = "", path = "", query = ""] = match;
	const options: Record<string, string> = {};
	for (const pair of query.split("&").filter(Boolean)) {
		const [name = "", ...rest] = pair.split("=");
		options[decode(name)] = decode(rest.join("="));
	}
	return { scheme, user: decode(user.split(":")[0] ?? ""), host: host.replace(/^\[|\]$/g, ""), port, database: decode(path), options };
}

/* "shop on db1" of a URL: what a person would call the place. */
export function placeOf(url: string): string {
	const parts = parseUrl(url);
	const database = parts.database.split("/").pop() ?? "";
	return parts.host ? `${database || "…"} on ${parts.host}` : database;
}
