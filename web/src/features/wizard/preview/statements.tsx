/* The statements that will run, in their order. */
import { useMemo, useState } from "react";
import type { Plan } from "@/api/types";
import { formatCount } from "@/lib/format";
import { useMore } from "@/lib/hooks";
import { Button } from "@/ui/button";
import { Search } from "@/ui/search";
import { Select } from "@/ui/select";
import { Sql } from "@/ui/sql";

export function Statements({ plan }: { plan: Plan }) {
	const [search, setSearch] = useState("");
	const [phase, setPhase] = useState("all");
	const phases = Object.entries(plan.ddl).filter(([, statements]) => statements.length > 0);
	const shown = useMemo(() => Object.entries(plan.ddl)
		.filter(([name]) => phase === "all" || phase === name)
		.flatMap(([, statements]) => statements)
		.filter((statement) => `${statement.object} ${statement.sql}`.toLowerCase().includes(search.toLowerCase())), [plan.ddl, phase, search]);
	const { most, showMore } = useMore(40, shown);
	return (
		<div className="flex flex-col gap-3">
			<div className="flex flex-wrap gap-2">
				<Search label="Search statements" value={search} onChange={setSearch} className="min-w-48 flex-1" />
				<Select aria-label="Phase" className="w-52" value={phase} onChange={setPhase} choices={[{ value: "all", label: "All phases" }, ...phases.map(([name, statements]) => ({ value: name, label: `${name.replace(/_/g, " ")} (${statements.length})` }))]} />
			</div>
			{shown.length === 0 ? <p className="p-6 text-center text-sm text-muted">No statement is like that.</p> : <Sql text={shown.slice(0, most).map((statement) => (statement.sql.trimEnd().endsWith(";") ? statement.sql : `${statement.sql};`)).join("\n\n")} className="max-h-[32rem] border bg-surface" />}
			{shown.length > most && <p className="flex items-center gap-3 text-[13px] text-muted">The first {most} of {formatCount(shown.length)} are shown. <Button size="sm" onClick={showMore}>Show more</Button></p>}
		</div>
	);
}
