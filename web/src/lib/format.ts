import { serverNow } from "./clock";

/* Numbers, sizes, durations and times for people. -1 and null stand for "not known". */
const whole = new Intl.NumberFormat("en-GB");
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const dated = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "medium" });

function isKnown(n: number | null | undefined): n is number {
	return n !== null && n !== undefined && n >= 0;
}

export function formatCount(n: number | null | undefined): string {
	return isKnown(n) ? whole.format(Math.round(n)) : "–";
}

export function formatShort(n: number | null | undefined): string {
	return isKnown(n) ? short.format(n) : "–";
}

export function formatBytes(n: number | null | undefined): string {
	if (!isKnown(n)) return "–";
	const units = ["B", "kB", "MB", "GB", "TB"];
	let i = 0;
	let value = n;
	while (value >= 1000 && i < units.length - 1) {
		value /= 1000;
		i++;
	}
	return `${value.toFixed(i === 0 || value >= 100 ? 0 : 1)} ${units[i]}`;
}

export function formatSeconds(s: number | null | undefined): string {
	if (!isKnown(s)) return "–";
	/* The unit is that of the figure as it is shown: 59.6 s is a minute. */
	if (Math.round(s * 1000) < 1000) return `${Math.round(s * 1000)} ms`;
	if (s < 9.95) return `${s.toFixed(1)} s`;
	const seconds = Math.round(s);
	if (seconds < 60) return `${seconds} s`;
	const minutes = Math.floor(seconds / 60);
	if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
	return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/* The year only where it is another one. */
export function formatTime(at: string | null | undefined, now = serverNow()): string {
	if (!at) return "–";
	const time = new Date(at);
	return (time.getFullYear() === new Date(now).getFullYear() ? day : dated).format(time);
}

export function formatClock(at: string | null | undefined): string {
	return at ? clock.format(new Date(at)) : "–";
}

export function formatExact(at: string | null | undefined): string {
	return at ? exact.format(new Date(at)) : "";
}

export function formatAgo(at: string | null | undefined, now = serverNow()): string {
	if (!at) return "–";
	const s = (now - new Date(at).getTime()) / 1000;
	if (s < 45) return "just now";
	if (s < 3600) return `${Math.max(1, Math.round(s / 60))} min ago`;
	if (s < 86400) return `${Math.round(s / 3600)} h ago`;
	return formatTime(at, now);
}

export function secondsBetween(from: string | null, to: string | null): number | null {
	if (!from) return null;
	return Math.max(0, ((to ? new Date(to).getTime() : serverNow()) - new Date(from).getTime()) / 1000);
}

/* PostgreSQL's long names as everybody writes them, where there is little room. */
export function shortType(type: string): string {
	return type
		.replace(/^character varying/, "varchar")
		.replace(/^character\b/, "char")
		.replace(/^(timestamp|time)(\(\d+\))? without time zone/, "$1$2")
		.replace(/^(timestamp|time)(\(\d+\))? with time zone/, "$1tz$2")
		.replace(/^double precision/, "double");
}

export function plural(n: number, one: string, many = `${one}s`): string {
	return `${formatCount(n)} ${n === 1 ? one : many}`;
}

export function qualified(schema: string | null | undefined, name: string): string {
	return schema ? `${schema}.${name}` : name;
}
