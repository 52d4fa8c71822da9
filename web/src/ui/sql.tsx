/* SQL with its words coloured. */
import { Fragment } from "react";
import { cn } from "@/lib/cn";

const keywords = new Set(
	"add alter always and as asc auto_increment begin by cascade check collate column comment commit constraint create cycle default deferrable delete desc drop else end enum exists false foreign from function generated grant if in increment index insert into is key language like maxvalue minvalue no not null of on or order owned primary references replace returns schema select sequence set start table then to true truncate type unique update using values view virtual when where with".split(" "),
);
const tokens = /(--[^\n]*|\/\*[\s\S]*?\*\/)|('(?:[^']|'')*')|("(?:[^"]|"")*"|`[^`]*`)|(\b\d+(?:\.\d+)?\b)|([A-Za-z_]\w*)/g;

function colourOf(match: RegExpExecArray): string | null {
	if (match[1]) return "text-faint italic";
	if (match[2]) return "text-ok-text";
	if (match[3]) return "text-ink";
	if (match[4]) return "text-warn-text";
	return keywords.has((match[5] ?? "").toLowerCase()) ? "font-medium text-brand-text" : null;
}

export function Sql({ text, className }: { text: string; className?: string }) {
	const parts: { text: string; colour: string | null }[] = [];
	let at = 0;
	tokens.lastIndex = 0;
	for (let match = tokens.exec(text); match; match = tokens.exec(text)) {
		const colour = colourOf(match);
		if (!colour) continue;
		if (match.index > at) parts.push({ text: text.slice(at, match.index), colour: null });
		parts.push({ text: match[0], colour });
		at = match.index + match[0].length;
	}
	parts.push({ text: text.slice(at), colour: null });
	return (
		<pre tabIndex={0} aria-label="SQL" role="region" className={cn("thin-scroll overflow-auto rounded-control bg-sunken p-3 font-mono text-xs leading-relaxed text-muted", className)}>
			<code>{parts.map((part, i) => (part.colour ? <span key={i} className={part.colour}>{part.text}</span> : <Fragment key={i}>{part.text}</Fragment>))}</code>
		</pre>
	);
}
