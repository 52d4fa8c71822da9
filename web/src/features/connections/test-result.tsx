/* What a test of a connection found, and what to do about it. */
import { formatAgo } from "@/lib/format";
import type { ConnectionTest } from "@/api/types";
import { Badge } from "@/ui/badge";
import { Notice } from "@/ui/notice";

export function TestResult({ test, className }: { test: ConnectionTest; className?: string }) {
	if (!test.ok) {
		return (
			<Notice tone="bad" title={test.error?.message ?? "The connection does not work."} className={className}>
				{test.error?.hint}
			</Notice>
		);
	}
	const server = [test.product, test.server_version].filter(Boolean).join(" ");
	const latency = test.latency_ms === null ? "" : `, answers in ${test.latency_ms < 10 ? test.latency_ms.toFixed(1) : Math.round(test.latency_ms)} ms`;
	if (test.missing.length === 0) return <Notice tone="ok" title={`Connected to ${server}${latency}`} className={className} />;
	return (
		<Notice tone="warn" title={`Connected to ${server}${latency}, but privileges are missing`} className={className}>
			<p>Let somebody who may run these:</p>
			<ul className="mt-1 flex flex-col gap-1 font-mono text-xs">{test.missing.map((text) => <li key={text} className="break-all">{text}</li>)}</ul>
		</Notice>
	);
}

export function TestBadge({ test }: { test: ConnectionTest | null }) {
	if (!test) return <Badge>Not tested yet</Badge>;
	if (!test.ok) return <Badge tone="bad">Failed {formatAgo(test.tested_at)}</Badge>;
	if (test.missing.length > 0) return <Badge tone="warn">Lacks privileges</Badge>;
	return <Badge tone="ok">Works, {formatAgo(test.tested_at)}</Badge>;
}
