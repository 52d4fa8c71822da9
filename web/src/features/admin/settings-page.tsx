/* What operators may do. */
import { useQuery } from "@tanstack/react-query";
import { settingsQuery, useSaveSettings } from "@/api/admin";
import type { Settings } from "@/api/types";
import { Loading, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { Panel } from "@/ui/panel";
import { toast } from "@/ui/toast";
import { Switch } from "@/ui/toggle";

const rows: { name: keyof Settings; label: string; help: string }[] = [
	{ name: "operators_may_run_sql", label: "Operators may run SQL before and after", help: "Hooks of a project run any statement with the connection's rights. Without this only administrators can write them." },
	{ name: "operators_may_use_files", label: "Operators may use database files", help: "SQLite connections open files on Ferry's server. Without this only administrators can make such connections." },
];

export function SettingsPage() {
	const settings = useQuery(settingsQuery);
	const save = useSaveSettings();
	return (
		<Page title="Settings" lead="They hold at once, for everybody." width="narrow">
			<ProblemNotice error={settings.error ?? save.error} />
			{settings.isPending && <Loading />}
			{settings.data && (
				<Panel title="Operators" bodyClassName="flex flex-col gap-5">
					{rows.map((row) => (
						<Switch key={row.name} label={row.label} help={row.help} checked={settings.data[row.name]} isDisabled={save.isPending}
							onChange={(checked) => save.mutate({ ...settings.data, [row.name]: checked }, { onSuccess: () => toast("Saved") })} />
					))}
				</Panel>
			)}
		</Page>
	);
}
