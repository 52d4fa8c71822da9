// Every page, light and dark, wide and narrow: axe finds nothing, nothing is wider than the window, and a picture is kept.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { addFile, axe, call, makeChinook, newProject, run, setUp, shoot, signIn, startBrowser, startFerry, temporaryFolder } from "./harness.mjs";

const looks = [
	{ width: 1440, height: 900, theme: "light" },
	{ width: 1440, height: 900, theme: "dark" },
	{ width: 390, height: 844, theme: "light" },
	{ width: 390, height: 844, theme: "dark" },
];
// Dialogs: the page they are on, and what opens them.
const button = (name) => (page) => page.getByRole("button", { name, exact: true }).click();
const item = (menu, name) => async (page) => {
	await page.getByRole("button", { name: menu }).click();
	await page.getByRole("menuitem", { name }).click();
};
const dialogs = {
	"dialog-query": ["1-select", button("Add query")],
	"dialog-rename": ["projects", item("Actions for Music to copy", "Rename")],
	"dialog-template": ["projects", item("Actions for Music to copy", "Save as template")],
	"dialog-template-document": ["templates", item("Actions for Structure only", "Show document")],
	"dialog-versions": ["projects", item("Actions for Music to copy", "Versions")],
	"dialog-delete": ["projects", item("Actions for Music to copy", "Delete")],
	"dialog-user": ["users", button("New user")],
	"dialog-key": ["keys", button("New key")],
	"dialog-clean": ["monitor-failed", button("Clean up")],
};
let folder, server, pages;

before(async () => {
	folder = temporaryFolder();
	makeChinook(join(folder.path, "chinook.db"));
	server = await startFerry(join(folder.path, "data"));
	const { page, close } = await startBrowser();
	await page.goto(server.url);
	await page.getByText("Welcome to Ferry").waitFor();
	await shoot(page, "setup-1440-light");
	await setUp(page, await server.setupLink());
	await shoot(page, "first-steps-1440-light");
	await addFile(page, server.url, "Music", join(folder.path, "chinook.db"));
	const connection = /connections\/([^?]+)/.exec(page.url())[1];
	await addFile(page, server.url, "Copy", join(folder.path, "target.db"));
	await newProject(page, server.url, "Music to copy", "Music", "Copy");
	const project = /projects\/([^/]+)/.exec(page.url())[1];
	const first = await run(page, project);
	const second = await run(page, project);
	const { name, source_connection_id, target_connection_id } = await call(page, "GET", `/projects/${project}`);
	await call(page, "PUT", `/projects/${project}`, { name, source_connection_id, target_connection_id, document: { version: 1, options: { if_exists: "drop" }, tables: [{ source: "Customer", columns: [{ source: "Email", transform: ["upper"] }] }] } });
	const good = await run(page, project);
	await close();
	pages = {
		dashboard: "/", connections: "/connections", "connection-new": "/connections/new", connection: `/connections/${connection}?table=Customer`,
		projects: "/projects", "project-new": "/projects?new=true", templates: "/projects/templates", "1-select": `/projects/${project}/tables`, "2-map": `/projects/${project}/columns?entry=Customer`, "3-pipeline": `/projects/${project}/pipeline`,
		"5-preview": `/projects/${project}/preview`, "5-tables": `/projects/${project}/preview?tab=tables`, "5-notes": `/projects/${project}/preview?tab=notes`, "5-statements": `/projects/${project}/preview?tab=statements`,
		"5-graph": `/projects/${project}/preview?tab=graph`, "5-compare": `/projects/${project}/preview?tab=compare`, "6-run": `/projects/${project}/run`,
		executions: "/executions", monitor: `/executions/${good}`, "monitor-log": `/executions/${good}?tab=log`, "monitor-objects": `/executions/${good}?tab=objects`, "monitor-rejects": `/executions/${good}?tab=rejects`,
		"monitor-failed": `/executions/${second}`, compare: `/executions/compare?a=${first}&b=${good}`, audit: "/admin/audit", users: "/admin/users", keys: "/admin/keys", settings: "/admin/settings", nowhere: "/nowhere",
	};
});

after(async () => {
	await server?.stop();
	folder?.remove();
});

for (const look of looks) {
	test(`pages at ${look.width}, ${look.theme}`, async () => {
		const { page, complaints, close } = await startBrowser({ viewport: { width: look.width, height: look.height }, colorScheme: look.theme, reducedMotion: "reduce" });
		try {
			await page.goto(server.url);
			await page.getByRole("heading", { name: "Sign in" }).waitFor();
			const found = (await axe(page)).map((v) => `sign-in: ${v}`);
			await shoot(page, `sign-in-${look.width}-${look.theme}`);
			await signIn(page, server.url);
			for (const [name, path] of Object.entries(pages)) {
				await page.goto(`${server.url}/#${path}`);
				await page.locator("h1, [role=dialog]").first().waitFor();
				// The dashboard keeps a stream open, so the network never is idle: until nothing waits any more.
				await page.getByText(/^(Loading|Reading|Comparing).*…$/).first().waitFor({ state: "hidden" });
				await page.waitForTimeout(400);
				await shoot(page, `${name}-${look.width}-${look.theme}`);
				found.push(...(await axe(page)).map((v) => `${name}: ${v}`));
				const spill = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
				if (spill > 0) found.push(`${name}: ${spill} px wider than the window`);
			}
			for (const [name, [at, open]] of Object.entries(dialogs)) {
				await page.goto(`${server.url}/#/nowhere`);
				await page.goto(`${server.url}/#${pages[at]}`);
				await open(page);
				await page.getByRole(/delete|clean/.test(name) ? "alertdialog" : "dialog").waitFor();
				await page.getByText(/^Loading.*…$/).first().waitFor({ state: "hidden" });
				await shoot(page, `${name}-${look.width}-${look.theme}`);
				found.push(...(await axe(page)).map((v) => `${name}: ${v}`));
				await page.keyboard.press("Escape");
			}
			// Whoever wants no motion sees none.
			const moving = await page.evaluate(() => document.getAnimations().filter((a) => a.playState === "running" && a.effect.getComputedTiming().duration > 1).length);
			assert.equal(moving, 0);
			assert.deepEqual(found, []);
			assert.deepEqual(complaints, []);
		} finally {
			await close();
		}
	});
}
