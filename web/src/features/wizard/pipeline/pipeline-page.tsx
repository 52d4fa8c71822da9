/* Step 3: how the run works. What is as usual is not written down. */
import { useParams } from "@tanstack/react-router";
import type { Hooks, Options } from "@/api/document";
import type { Project } from "@/api/types";
import { listOf, withMember } from "@/lib/document";
import { Panel } from "@/ui/panel";
import { Switch } from "@/ui/toggle";
import { useDraft, type DraftHandle } from "../draft";
import { Editable } from "../editable";
import { WizardPage } from "../wizard-page";
import { ListArea } from "./list-area";
import { checkPairs, pairsOf, splitPairs } from "./lines";
import { BadValues } from "./bad-values";
import { HookFields } from "./hook-fields";
import { CastField } from "./cast-field";
import { ChoiceField, LimitField, NumberField } from "./option-fields";

const exists = [
	{ value: "fail", label: "Stop before anything is changed" },
	{ value: "drop", label: "Drop and create again" },
	{ value: "truncate", label: "Empty it, keep its shape" },
	{ value: "append", label: "Add the rows" },
	{ value: "merge", label: "Merge by key", help: "rows that are there are updated" },
];
const onErrors = [
	{ value: "fail", label: "End the run" },
	{ value: "continue", label: "Go on with the other tables" },
	{ value: "skip", label: "Also skip rows that break constraints" },
];
const losses = [
	{ value: "continue", label: "Go on without it", help: "later chunks may hold newer rows; the report says so" },
	{ value: "restart", label: "Begin again" },
	{ value: "fail", label: "End the run" },
];
const partitions = [
	{ value: "keep", label: "Partitioned in the target, too", help: "where it has partitions, and can keep the table's keys" },
	{ value: "flat", label: "Plain tables" },
];
const helpers = [
	{ value: "snapshot", label: "Those that see the same snapshot" },
	{ value: "any", label: "Any worker", help: "also where the source has no snapshot to share: let nobody write to it meanwhile" },
	{ value: "none", label: "None", help: "one worker does it all" },
];
const verifies = [
	{ value: "full", label: "Every row", help: "both sides are read back and compared" },
	{ value: "sample", label: "A sample" },
	{ value: "counts", label: "Only the number of rows" },
	{ value: "none", label: "Nothing" },
];

function OptionPanels({ project, draft }: { project: Project; draft: DraftHandle }) {
	const options = project.document.options ?? {};
	const set = <K extends keyof Options>(name: K, value: Options[K] | undefined) => draft.editDocument((old) => {
		const next = withMember(old.options ?? {}, name, value);
		return withMember(old, "options", Object.keys(next).length > 0 ? next : undefined);
	});
	const setHooks = (hooks: Hooks) => draft.editDocument((old) => withMember(old, "hooks", Object.keys(hooks).length > 0 ? hooks : undefined));
	const flag = (name: "schema_only" | "data_only" | "incremental" | "no_analyze" | "keep_ledger" | "number_scan", label: string, help: string) => (
		<Switch label={label} help={help} checked={options[name] === true} onChange={(isOn) => set(name, isOn ? true : undefined)} />
	);
	return (
		<>
			<Panel title="Target" bodyClassName="grid gap-5 md:grid-cols-2">
				<ChoiceField label="A table that is in the target already" value={options.if_exists} fallback="fail" choices={exists} onChange={(value) => set("if_exists", value as Options["if_exists"])} />
				<ChoiceField label="Tables that are partitioned" value={options.partitions} fallback="keep" choices={partitions} onChange={(value) => set("partitions", value as Options["partitions"])} />
				<div className="flex flex-col gap-4">
					{flag("schema_only", "Schema only", "Tables with keys and indexes, no rows.")}
					{flag("data_only", "Data only", "Rows into tables that are there; nothing is created.")}
					<Switch
						label="Load beside, then swap"
						help="Readers of the target see the old tables until all is verified."
						checked={options.staging === true}
						onChange={(isOn) => { set("staging", isOn ? true : undefined); if (!isOn) set("staging_schema", undefined); }}
					/>
					{options.staging && <LimitField label="Schema to load into" help="Empty: the target's schema and __ferry_staging." value={options.staging_schema} placeholder="public__ferry_staging" onChange={(text) => set("staging_schema", text)} />}
				</div>
				<ListArea
					label="Schemas that are called otherwise"
					help="One a line: its name in the source, a colon, its name in the target."
					placeholder="dbo: public"
					items={Object.entries(project.document.schemas ?? {}).map(([from, to]) => `${from}: ${to}`)}
					join={"\n"}
					split={splitPairs}
					check={checkPairs}
					onChange={(lines) => draft.editDocument((old) => withMember(old, "schemas", lines.length > 0 ? pairsOf(lines) : undefined))}
				/>
			</Panel>
			<Panel title="Speed" bodyClassName="grid gap-5 md:grid-cols-3">
				<NumberField label="Lanes side by side" help="Each is a connection to both sides. Empty: Ferry decides." value={options.lanes} min={0} max={256} onChange={(n) => set("lanes", n)} />
				<NumberField label="Rows of a chunk" help="One transaction of the target. Empty: Ferry decides." value={options.chunk_rows} min={0} max={1_000_000_000} onChange={(n) => set("chunk_rows", n)} />
				<LimitField label="Read no faster than" help="10000rows/s, 5MB/s, or both with a comma." pattern={/^\s*\d+(\.\d+)?\s*(rows|[kKMG]?i?B)\/s(\s*,\s*\d+(\.\d+)?\s*(rows|[kKMG]?i?B)\/s)?\s*$/} placeholder="no limit" value={options.read_limit} onChange={(text) => set("read_limit", text)} />
				<ChoiceField label="Other workers that may copy chunks of it" value={options.helpers} fallback="snapshot" choices={helpers} onChange={(value) => set("helpers", value as Options["helpers"])} />
				<NumberField label="Name a lane that stands still after" help="Seconds without progress, until the log says so. 0: never." value={options.stall_seconds} placeholder="30" min={0} max={86_400} onChange={(n) => set("stall_seconds", n)} />
			</Panel>
			<Panel title="Errors" bodyClassName="flex flex-col gap-5">
				<div className="grid gap-5 md:grid-cols-3">
					<ChoiceField label="A table that cannot be loaded" value={options.on_error} fallback="fail" choices={onErrors} onChange={(value) => set("on_error", value as Options["on_error"])} />
					<LimitField label="Rejected rows at most" help="1000, 0.5%, or both with a comma." pattern={/^ *(none|\d+|\d+(\.\d+)? *%)( *, *(\d+|\d+(\.\d+)? *%))? *$/} placeholder="no limit" value={options.max_rejects} onChange={(text) => set("max_rejects", text)} />
					<LimitField label="Of one table at most" help="The same, for each table." pattern={/^ *(none|\d+|\d+(\.\d+)? *%)( *, *(\d+|\d+(\.\d+)? *%))? *$/} placeholder="no limit" value={options.max_table_rejects} onChange={(text) => set("max_table_rejects", text)} />
					<NumberField label="Tries again" help="For what can heal: a lost connection, a deadlock." value={options.retries} placeholder="8" min={0} max={1000} onChange={(n) => set("retries", n)} />
					<ChoiceField label="The source's snapshot is lost" value={options.snapshot_lost} fallback="continue" choices={losses} onChange={(value) => set("snapshot_lost", value as Options["snapshot_lost"])} />
				</div>
				<BadValues value={options.bad_values ?? {}} onChange={(rules) => set("bad_values", Object.keys(rules).length > 0 ? rules : undefined)} />
			</Panel>
			<Panel title="Proof" bodyClassName="grid gap-5 md:grid-cols-2">
				<ChoiceField label="Compared after the load" value={options.verify} fallback="full" choices={verifies} onChange={(value) => set("verify", value as Options["verify"])} />
				<div className="flex flex-col gap-4">
					{flag("no_analyze", "Leave out the planner's statistics", "The target gathers them itself later.")}
					{flag("keep_ledger", "Keep the ledger", "The record of chunks stays in the target after a verified copy.")}
				</div>
			</Panel>
			<Panel title="Repeated runs" bodyClassName="grid gap-5 md:grid-cols-2">
				{flag("incremental", "Incremental", "Only rows past the last mark of each table's cursor, merged by key.")}
				<LimitField label="Cursor column" help="Of tables that do not name theirs: a column that only grows, such as updated_at." value={options.cursor} onChange={(text) => set("cursor", text)} />
			</Panel>
			<CastField rules={listOf(project.document.casts)} onChange={(rules) => draft.editDocument((old) => withMember(old, "casts", rules.length > 0 ? rules : undefined))}>
				{flag("number_scan", "Look at what numbers hold", "Oracle's NUMBER without a size gets the narrowest type that holds its rows. They are read once more for it.")}
			</CastField>
			<HookFields hooks={project.document.hooks ?? {}} onChange={setHooks} />
		</>
	);
}

export function PipelinePage() {
	const { projectId } = useParams({ from: "/projects/$projectId/pipeline" });
	const draft = useDraft(projectId);
	return (
		<WizardPage step={3} draft={draft} lead="How the run works. Everything here may stay as it is.">
			{(project) => <Editable className="flex flex-col gap-5"><OptionPanels project={project} draft={draft} /></Editable>}
		</WizardPage>
	);
}
