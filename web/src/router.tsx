/* Which address shows what. Addresses live behind the hash, so that the server serves one page: /#/projects/7/tables. */
import { createHashHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import type { ComponentType } from "react";
import type { ExecutionState } from "./api/types";
import { onlyFor } from "./features/session/only-for";
import { Gate } from "./layout/gate";
import { NotFoundPage } from "./layout/not-found-page";

type Raw = Record<string, unknown>;
type Text = string | undefined;
const text = (value: unknown): Text => (typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined);
const stateNames = ["QUEUED", "RUNNING", "PAUSED", "COMPLETED", "FAILED", "CANCELLED"];
const state = (value: unknown): ExecutionState | undefined => (typeof value === "string" && stateNames.includes(value) ? (value as ExecutionState) : undefined);

const root = createRootRoute({ component: Gate, notFoundComponent: NotFoundPage });
const at = <P extends string>(path: P) => ({ getParentRoute: () => root, path });

const dashboard = lazyRouteComponent(() => import("./features/dashboard/dashboard-page"), "DashboardPage");
const connectionEdit = () => import("./features/connections/connection-edit-page").then((page) => ({
	New: onlyFor("operator", page.ConnectionNewPage),
	Edit: onlyFor("operator", page.ConnectionEditPage),
}));
const adminPage = <K extends string>(load: () => Promise<Record<K, ComponentType>>, name: K) =>
	lazyRouteComponent(() => load().then((page) => ({ Page: onlyFor("admin", page[name]) })), "Page");

const routes = [
	createRoute({ ...at("/"), component: dashboard }),
	createRoute({ ...at("/setup"), component: dashboard, validateSearch: (raw: Raw): { token?: Text } => ({ token: text(raw["token"]) }) }),
	createRoute({ ...at("/connections"), component: lazyRouteComponent(() => import("./features/connections/connections-page"), "ConnectionsPage") }),
	createRoute({ ...at("/connections/new"), component: lazyRouteComponent(connectionEdit, "New") }),
	createRoute({
		...at("/connections/$connectionId"),
		component: lazyRouteComponent(() => import("./features/connections/connection-page"), "ConnectionPage"),
		validateSearch: (raw: Raw): { search?: Text; table?: Text } => ({ search: text(raw["search"]), table: text(raw["table"]) }),
	}),
	createRoute({ ...at("/connections/$connectionId/edit"), component: lazyRouteComponent(connectionEdit, "Edit") }),
	createRoute({
		...at("/projects"),
		component: lazyRouteComponent(() => import("./features/projects/projects-page"), "ProjectsPage"),
		validateSearch: (raw: Raw): { new?: boolean; template?: Text } => (raw["new"] === true || raw["new"] === "true" ? { new: true, template: text(raw["template"]) } : {}),
	}),
	createRoute({ ...at("/projects/templates"), component: lazyRouteComponent(() => import("./features/projects/templates-page"), "TemplatesPage") }),
	createRoute({
		...at("/projects/$projectId"),
		beforeLoad: ({ params }) => {
			throw redirect({ to: "/projects/$projectId/tables", params });
		},
	}),
	createRoute({
		...at("/projects/$projectId/tables"),
		component: lazyRouteComponent(() => import("./features/wizard/select/select-page"), "SelectPage"),
		validateSearch: (raw: Raw): { search?: Text } => ({ search: text(raw["search"]) }),
	}),
	createRoute({
		...at("/projects/$projectId/columns"),
		component: lazyRouteComponent(() => import("./features/wizard/map/map-page"), "MapPage"),
		validateSearch: (raw: Raw): { entry?: Text } => ({ entry: text(raw["entry"]) }),
	}),
	createRoute({ ...at("/projects/$projectId/pipeline"), component: lazyRouteComponent(() => import("./features/wizard/pipeline/pipeline-page"), "PipelinePage") }),
	createRoute({
		...at("/projects/$projectId/preview"),
		component: lazyRouteComponent(() => import("./features/wizard/preview/preview-page"), "PreviewPage"),
		validateSearch: (raw: Raw): { tab?: Text; table?: Text; target?: Text } => ({ tab: text(raw["tab"]), table: text(raw["table"]), target: text(raw["target"]) }),
	}),
	createRoute({ ...at("/projects/$projectId/run"), component: lazyRouteComponent(() => import("./features/wizard/run/run-page"), "RunPage") }),
	createRoute({
		...at("/executions"),
		component: lazyRouteComponent(() => import("./features/executions/executions-page"), "ExecutionsPage"),
		validateSearch: (raw: Raw): { state?: ExecutionState | undefined; project?: Text; cursor?: Text } => ({ state: state(raw["state"]), project: text(raw["project"]), cursor: text(raw["cursor"]) }),
	}),
	createRoute({
		...at("/executions/compare"),
		component: lazyRouteComponent(() => import("./features/executions/compare-page"), "ComparePage"),
		validateSearch: (raw: Raw): { a?: Text; b?: Text } => ({ a: text(raw["a"]), b: text(raw["b"]) }),
	}),
	createRoute({
		...at("/executions/$executionId"),
		component: lazyRouteComponent(() => import("./features/executions/monitor/monitor-page"), "MonitorPage"),
		validateSearch: (raw: Raw): { tab?: Text } => ({ tab: text(raw["tab"]) }),
	}),
	createRoute({
		...at("/admin/audit"),
		component: adminPage(() => import("./features/admin/audit-page"), "AuditPage"),
		validateSearch: (raw: Raw): { user?: Text; action?: Text; from?: Text; to?: Text; cursor?: Text } => ({ user: text(raw["user"]), action: text(raw["action"]), from: text(raw["from"]), to: text(raw["to"]), cursor: text(raw["cursor"]) }),
	}),
	createRoute({ ...at("/admin/users"), component: adminPage(() => import("./features/admin/users-page"), "UsersPage") }),
	createRoute({ ...at("/admin/keys"), component: adminPage(() => import("./features/admin/keys-page"), "KeysPage") }),
	createRoute({ ...at("/admin/settings"), component: adminPage(() => import("./features/admin/settings-page"), "SettingsPage") }),
] as const;

export const router = createRouter({ routeTree: root.addChildren(routes), history: createHashHistory(), defaultPreload: "intent" });

declare module "@tanstack/react-router" {
	interface Register {
		router: typeof router;
	}
}
