/* SQL before and after the run. */
import { useQuery } from "@tanstack/react-query";
import { settingsQuery } from "@/api/admin";
import { useMay } from "@/api/session";
import type { Hooks } from "@/api/document";
import { listOf, withMember } from "@/lib/document";
import { Notice } from "@/ui/notice";
import { Panel } from "@/ui/panel";
import { splitStatements } from "./lines";
import { ListArea } from "./list-area";

const fields: { name: keyof Hooks; label: string; help: string; placeholder: string }[] = [
	{ name: "source_before", label: "On the source, before rows are read", help: "Between statements an empty line.", placeholder: "FLUSH TABLES" },
	{ name: "source_after", label: "On the source, after the load", help: "Between statements an empty line.", placeholder: "" },
	{ name: "target_before", label: "On the target, before the load", help: "Between statements an empty line.", placeholder: "CREATE SCHEMA IF NOT EXISTS sales" },
	{ name: "target_after", label: "On the target, after the load", help: "Between statements an empty line.", placeholder: "REFRESH MATERIALIZED VIEW stats" },
];

interface Props { hooks: Hooks; onChange: (hooks: Hooks) => void }

/* For the run, or for one table. */
export function HookAreas({ hooks, onChange }: Props) {
	const isAdmin = useMay("admin");
	const mayEdit = useMay("operator");
	const settings = useQuery({ ...settingsQuery, enabled: mayEdit });
	const isForbidden = !isAdmin && settings.data?.operators_may_run_sql === false;
	return (
		<div className="flex flex-col gap-4">
			{isForbidden && <Notice tone="warn" title="Operators may not run SQL here">An administrator has set so. What stands here already can only be changed by one.</Notice>}
			<fieldset disabled={isForbidden} className="grid min-w-0 gap-5 md:grid-cols-2">
				{fields.map(({ name, ...field }) => (
					<ListArea key={name} {...field} items={listOf(hooks[name])} join={"\n\n"} split={splitStatements} onChange={(items) => onChange(withMember(hooks, name, items.length > 0 ? items : undefined))} />
				))}
			</fieldset>
		</div>
	);
}

export function HookFields(props: Props) {
	return <Panel title="SQL before and after"><HookAreas {...props} /></Panel>;
}
