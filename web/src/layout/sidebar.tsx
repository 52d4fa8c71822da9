/* The sidebar: the steps of the open project, the places, and below them who is signed in. */
import { Link, useLocation } from "@tanstack/react-router";
import { Activity, Cable, FolderKanban, History, KeyRound, ScrollText, Settings, Users } from "@/ui/icons";
import type { ReactNode } from "react";
import { useMay } from "@/api/session";
import { cn } from "@/lib/cn";
import { StepList } from "./step-list";
import type { Current } from "./use-current";
import { UserCard } from "./user-card";

interface Place { to: "/" | "/projects" | "/connections" | "/executions" | "/admin/audit" | "/admin/users" | "/admin/keys" | "/admin/settings"; label: string; icon: ReactNode }

const places: Place[] = [
	{ to: "/", label: "Dashboard", icon: <Activity /> },
	{ to: "/projects", label: "Projects", icon: <FolderKanban /> },
	{ to: "/connections", label: "Connections", icon: <Cable /> },
	{ to: "/executions", label: "Executions", icon: <History /> },
];
const adminPlaces: Place[] = [
	{ to: "/admin/audit", label: "Audit", icon: <ScrollText /> },
	{ to: "/admin/users", label: "Users", icon: <Users /> },
	{ to: "/admin/keys", label: "API keys", icon: <KeyRound /> },
	{ to: "/admin/settings", label: "Settings", icon: <Settings /> },
];

function PlaceLink({ place }: { place: Place }) {
	const { pathname } = useLocation();
	const isActive = place.to === "/" ? pathname === "/" : pathname.startsWith(place.to);
	return (
		<li>
			<Link
				to={place.to}
				aria-current={isActive ? "page" : undefined}
				className={cn(
					"flex h-9 items-center gap-2.5 rounded-control px-2.5 text-sm font-medium text-muted hover:bg-sunken hover:text-ink [&_svg]:size-4",
					isActive && "bg-brand-soft text-brand-text hover:bg-brand-soft hover:text-brand-text",
				)}
			>
				{place.icon}
				{place.label}
			</Link>
		</li>
	);
}

function Group({ title, children }: { title?: string; children: ReactNode }) {
	return (
		<div>
			{title && <p className="px-2.5 pb-1 text-xs font-medium text-faint">{title}</p>}
			<ul className="flex flex-col gap-0.5">{children}</ul>
		</div>
	);
}

export function Sidebar({ current }: { current: Current }) {
	const isAdmin = useMay("admin");
	return (
		<div className="flex h-full w-64 flex-col border-r bg-surface">
			<nav aria-label="Main" className="thin-scroll flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto p-3">
				{current.projectId && <StepList projectId={current.projectId} step={current.step} />}
				<Group>{places.map((place) => <PlaceLink key={place.to} place={place} />)}</Group>
				{isAdmin && <Group title="Administration">{adminPlaces.map((place) => <PlaceLink key={place.to} place={place} />)}</Group>}
			</nav>
			<UserCard />
		</div>
	);
}
