/* Two people changed one project: who was the other, where both differ, and whose version shall count. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fetchProject, versionsQuery } from "@/api/projects";
import type { Project } from "@/api/types";
import { differences } from "@/lib/differences";
import { formatTime } from "@/lib/format";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Loading, Notice, ProblemNotice } from "@/ui/notice";
import type { DraftHandle } from "./draft";

function useTheirs(id: string, isOn: boolean) {
	const project = useQuery({ queryKey: ["projects", id, "theirs"], enabled: isOn, staleTime: 0, gcTime: 0, queryFn: () => fetchProject(id) });
	const versions = useQuery({ ...versionsQuery(id), enabled: isOn, staleTime: 0 });
	return { project, newest: versions.data?.items[0] ?? null };
}

function Comparison({ mine, theirs }: { mine: Project; theirs: Project }) {
	const places = differences(mine, theirs);
	if (places.length === 0) return <p className="text-sm">Both versions say the same.</p>;
	return (
		<>
			<p className="text-sm font-medium">They differ in</p>
			<ul className="mt-1 list-disc pl-5 text-sm text-muted">
				{places.slice(0, 12).map((place) => <li key={place} className="break-words">{place}</li>)}
				{places.length > 12 && <li>{places.length - 12} more places</li>}
			</ul>
		</>
	);
}

export function ConflictTrouble({ draft, project }: { draft: DraftHandle; project: Project }) {
	const [isLater, setIsLater] = useState(false);
	const [choice, setChoice] = useState<"theirs" | "mine" | null>(null);
	const [error, setError] = useState<Error | null>(null);
	const { project: theirs, newest } = useTheirs(project.id, true);
	const resolve = (keep: "theirs" | "mine") => {
		setChoice(keep);
		setError(null);
		draft.resolve(keep).catch((reason: unknown) => setError(reason instanceof Error ? reason : new Error(String(reason)))).finally(() => setChoice(null));
	};
	const who = newest ? `${newest.user ?? "Somebody"} saved version ${newest.version}, ${formatTime(newest.created_at)}.` : "Somebody else saved another version.";
	return (
		<>
			<Notice tone="warn" title="Changed by somebody else meanwhile" action={<Button size="sm" onClick={() => setIsLater(false)}>Decide</Button>}>Your changes are still here, but nothing is saved until you have chosen a version.</Notice>
			<Dialog
				isOpen={!isLater}
				onClose={() => setIsLater(true)}
				title="This project was changed by somebody else"
				description={`${who} Your changes were made on an older one and are not saved.`}
				actions={
					<>
						<Button onClick={() => setIsLater(true)}>Decide later</Button>
						<Button isBusy={choice === "theirs"} disabled={choice !== null} onClick={() => resolve("theirs")}>Load theirs</Button>
						<Button variant="primary" isBusy={choice === "mine"} disabled={choice !== null} onClick={() => resolve("mine")}>Keep mine</Button>
					</>
				}
			>
				<ProblemNotice error={error ?? theirs.error} className="mb-4" />
				{theirs.data ? <Comparison mine={project} theirs={theirs.data} /> : theirs.isPending && <Loading className="py-4" />}
				<p className="mt-4 text-[13px] text-muted">Load theirs drops your unsaved changes. Keep mine saves your version as the newest; theirs stays among the project's versions.</p>
			</Dialog>
		</>
	);
}
