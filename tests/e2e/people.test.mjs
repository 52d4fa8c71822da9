// Users, API keys and settings; what viewers and operators see and do not see; a session that ends under one's hands.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, call, choose, makeChinook, makeProject, run, saved, setUp, shoot, signIn, startBrowser, startFerry, temporaryFolder, until } from "./harness.mjs";

const viewer = { name: "vera", password: "only looking around" };
const operator = { name: "otto", password: "moves the databases" };
const places = ["Dashboard", "Projects", "Connections", "Executions"];
let folder, server, session, page, project, execution;

before(async () => {
	folder = temporaryFolder();
	makeChinook(join(folder.path, "chinook.db"));
	server = await startFerry(join(folder.path, "data"));
	session = await startBrowser();
	page = session.page;
	await setUp(page, await server.setupLink());
	const document = { version: 1, tables: [{ source: "Genre", columns: [{ source: "Name", transform: { type: "int32" } }] }, { source: "top", query: "SELECT 1 AS one" }] };
	project = await makeProject(page, "Music", join(folder.path, "chinook.db"), join(folder.path, "target.db"), document);
	execution = await run(page, project);
});

after(async () => {
	await session?.close();
	await server?.stop();
	folder?.remove();
});

// A page of its own for somebody else, who is signed in at the path.
async function as(who, path) {
	const context = await session.browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
	const other = await context.newPage();
	other.setDefaultTimeout(30_000);
	await signIn(other, server.url, path, who);
	return other;
}

async function visit(other, path, title) {
	await other.goto(`${server.url}/#${path}`);
	await other.getByRole("heading", { level: 1, name: title }).waitFor();
	await other.getByText(/^(Loading|Reading|Comparing).*…$/).first().waitFor({ state: "hidden" });
}

async function offers(other, role, name) {
	return other.getByRole(role, { name }).count();
}

test("an administrator makes users", async () => {
	await page.goto(`${server.url}/#/admin/users`);
	for (const [who, role] of [[viewer, "Viewer"], [operator, "Operator"]]) {
		await page.getByRole("button", { name: "New user" }).click();
		const dialog = page.getByRole("dialog");
		await dialog.getByLabel("Name").fill(who.name);
		await dialog.getByLabel("Password").fill("short");
		await choose(page, "Role", new RegExp(`^${role}`));
		await dialog.getByLabel("Password").fill(who.password);
		assert.deepEqual(await axe(page), []);
		await dialog.getByRole("button", { name: "Create user" }).click();
		await page.getByText(`${who.name} can sign in now`).waitFor();
	}
	await page.getByRole("combobox", { name: "Role of vera" }).getByText("Viewer").waitFor();
});

test("a viewer is offered nothing that changes or shows data", async () => {
	const other = await as(viewer, "/");
	const failures = [];
	other.on("response", (response) => response.status() >= 400 && failures.push(`${response.status()} ${response.url()}`));
	for (const place of places) await other.getByRole("link", { name: place, exact: true }).waitFor();
	assert.equal(await offers(other, "link", "Users"), 0);
	await visit(other, "/connections", "Connections");
	await other.getByRole("link", { name: "Music: source" }).waitFor();
	assert.equal(await offers(other, "button", "Test"), 0);
	assert.equal(await offers(other, "link", "New connection"), 0);
	await other.getByRole("link", { name: "Music: source" }).click();
	await other.getByRole("button", { name: /^Genre/ }).click();
	await other.getByRole("tab", { name: "Columns" }).waitFor();
	assert.equal(await offers(other, "tab", "Rows"), 0);
	await visit(other, "/projects?new=true", "Projects");
	assert.equal(await offers(other, "dialog", "New project"), 0);
	await other.getByRole("button", { name: "Actions for Music" }).click();
	await other.getByRole("menuitem", { name: "Versions" }).waitFor();
	assert.equal(await offers(other, "menuitem", /Delete|Duplicate|Rename|template/), 0);
	await other.keyboard.press("Escape");
	await visit(other, "/projects/templates", "Templates");
	await other.getByRole("heading", { name: "Structure only" }).waitFor();
	assert.equal(await offers(other, "link", /New project/), 0);
	await visit(other, `/projects/${project}/tables`, "Select tables");
	await other.getByRole("searchbox", { name: "Search tables" }).fill("gen");
	assert.equal(await other.getByRole("checkbox", { name: "Take Genre" }).isDisabled(), true);
	assert.equal(await other.getByLabel("Target of Genre").isDisabled(), true);
	assert.equal(await offers(other, "button", /Match by name|Add query|One more target/), 0);
	await visit(other, `/projects/${project}/columns`, "Map columns");
	await other.getByRole("button", { name: /^Artist/ }).click();
	await other.getByRole("button", { name: /^ArtistId, / }).press("Delete");
	await other.getByRole("button", { name: /^ArtistId, / }).click();
	assert.equal(await other.getByLabel("Goes to").isDisabled(), true);
	await visit(other, `/projects/${project}/preview`, "Preview and validate");
	await other.getByRole("tab", { name: "Statements" }).click();
	await other.getByText(/CREATE/).first().waitFor();
	await visit(other, `/projects/${project}/run`, "Execute and monitor");
	assert.equal(await offers(other, "button", /Start|Dry run/), 0);
	await visit(other, `/executions/${execution}`, "Music");
	await other.getByRole("button", { name: "Report" }).waitFor();
	assert.equal(await offers(other, "button", /Delete|Retry|Cancel/), 0);
	assert.equal(await offers(other, "tab", "Rejected rows"), 0);
	await visit(other, "/admin/users", "Not for your account");
	await visit(other, "/connections/new", "Not for your account");
	assert.deepEqual(await axe(other), []);
	assert.deepEqual(failures, []);
	await other.context().close();
});

test("settings hold for operators at once", async () => {
	await page.goto(`${server.url}/#/admin/settings`);
	await page.getByRole("switch", { name: "Operators may run SQL before and after" }).click();
	await page.getByText("Saved", { exact: true }).first().waitFor();
	await page.getByRole("switch", { name: "Operators may use database files" }).click();
	await until(page, async () => (await (await fetch("/api/v1/settings")).json()).operators_may_use_files === false);
	await page.getByLabel("Denied hosts").fill("no such thing!");
	await page.getByRole("button", { name: "Save hosts" }).click();
	await page.getByText(/neither a host nor a network/).waitFor();
	await page.getByLabel("Denied hosts").fill("10.0.0.0/8\n*.example.com");
	await page.getByRole("button", { name: "Save hosts" }).click();
	await until(page, async () => (await (await fetch("/api/v1/settings")).json()).denied_hosts.length === 2);

	const other = await as(operator, "/connections/new");
	assert.equal(await other.getByRole("radio", { name: /SQLite/ }).isDisabled(), true);
	await visit(other, `/projects/${project}/pipeline`, "Pipeline");
	await other.getByText("Operators may not run SQL here").waitFor();
	assert.equal(await other.getByLabel("On the target, after the load").isDisabled(), true);
	await visit(other, "/admin/audit", "Not for your account");
	await other.context().close();
	for (const name of [/run SQL/, /database files/]) await page.getByRole("switch", { name }).click();
});

test("a project can be for its members only", async () => {
	const members = async (who) => {
		await visit(who, "/projects", "Projects");
		await who.getByRole("button", { name: "Actions for Music" }).click();
		await who.getByRole("menuitem", { name: "Members" }).click();
		return who.getByRole("dialog");
	};
	let dialog = await members(page);
	await dialog.getByRole("switch", { name: "Only for members" }).click();
	await choose(page, "Add a user", /^otto/);
	await dialog.getByRole("combobox", { name: "Role of otto in the project" }).getByText("Viewer").waitFor();
	assert.deepEqual(await axe(page), []);
	await shoot(page, "members-1440-light");
	await dialog.getByRole("button", { name: "Save members" }).click();
	await page.getByText("for its members", { exact: true }).waitFor();

	const stranger = await as(viewer, "/projects");
	await stranger.getByRole("heading", { name: "No project yet" }).waitFor();
	await stranger.goto(`${server.url}/#/executions/${execution}`);
	await stranger.getByText(`there is no execution ${execution}`).waitFor();
	await stranger.context().close();
	const other = await as(operator, `/projects/${project}/pipeline`);
	await other.getByText("You can look, but not change").waitFor();
	assert.equal(await other.getByLabel("Lanes side by side").isDisabled(), true);
	await visit(other, `/projects/${project}/run`, "Execute and monitor");
	assert.equal(await offers(other, "button", /Start|Dry run/), 0);
	dialog = await members(other);
	assert.equal(await dialog.getByRole("switch", { name: "Only for members" }).isDisabled(), true);

	dialog = await members(page);
	await choose(page, "Role of otto in the project", /^Project admin/);
	await dialog.getByRole("button", { name: "Save members" }).click();
	await dialog.waitFor({ state: "detached" });
	await other.reload();
	dialog = await members(other);
	assert.deepEqual(await axe(other), []);
	await dialog.getByRole("switch", { name: "Only for members" }).click();
	await dialog.getByRole("button", { name: "Save members" }).click();
	await other.getByText("for its members", { exact: true }).waitFor({ state: "detached" });
	await other.context().close();
});

test("a session that ends shows the door, and lets one go on where one was", async () => {
	const other = await as(operator, `/projects/${project}/pipeline`);
	await other.getByLabel("Lanes side by side").fill("3");
	await saved(other);
	await page.goto(`${server.url}/#/admin/users`);
	await page.getByRole("button", { name: "Actions for otto" }).click();
	await page.getByRole("menuitem", { name: "New password" }).click();
	operator.password = "another word for it";
	await page.getByRole("dialog").getByLabel("Password").fill(operator.password);
	await page.getByRole("button", { name: "Set password" }).click();
	await page.getByText("otto has a new password").waitFor();
	await other.getByLabel("Lanes side by side").fill("4");
	await other.getByRole("heading", { name: "Sign in" }).waitFor();
	await other.getByLabel("Name").fill(operator.name);
	await other.getByLabel("Password").fill(operator.password);
	await other.getByRole("button", { name: "Sign in" }).click();
	await other.getByRole("heading", { level: 1, name: "Pipeline" }).waitFor();
	await saved(other);
	const now = await call(other, "GET", `/projects/${project}`);
	assert.equal(now.document.options.lanes, 4);
	await other.context().close();
});

test("who may not sign in any more, cannot; who is deleted is gone", async () => {
	await page.goto(`${server.url}/#/admin/users`);
	await choose(page, "Role of vera", /^Operator/);
	await page.getByRole("button", { name: "Actions for vera" }).click();
	await page.getByRole("menuitem", { name: "Keep from signing in" }).click();
	await page.getByText("may not sign in").waitFor();
	const context = await session.browser.newContext();
	const other = await context.newPage();
	await other.goto(server.url);
	await other.getByLabel("Name").fill(viewer.name);
	await other.getByLabel("Password").fill(viewer.password);
	await other.getByRole("button", { name: "Sign in" }).click();
	await other.getByRole("alert").waitFor();
	await context.close();
	await page.getByRole("button", { name: "Actions for vera" }).click();
	await page.getByRole("menuitem", { name: "Delete" }).click();
	assert.deepEqual(await axe(page), []);
	await page.getByRole("button", { name: "Delete user" }).click();
	await page.getByRole("button", { name: "Actions for vera" }).waitFor({ state: "detached" });
});

test("an API key is shown once, works, and is taken back", async () => {
	await page.goto(`${server.url}/#/admin/keys`);
	await page.getByRole("button", { name: "New key" }).click();
	await page.getByRole("dialog").getByLabel("Name").fill("nightly");
	await choose(page, "Role", /^Viewer/);
	await page.getByRole("button", { name: "Create key" }).click();
	const secret = await page.getByTestId("key").innerText();
	assert.deepEqual(await axe(page), []);
	await shoot(page, "key-1440-light");
	const ask = async () => (await fetch(`${server.url}/api/v1/projects`, { headers: { Authorization: `Bearer ${secret}` } })).status;
	assert.equal(await ask(), 200);
	await page.getByRole("button", { name: "I have kept it" }).click();
	await page.getByText("nightly", { exact: true }).waitFor();
	assert.equal(await page.getByText(secret).count(), 0);
	await page.getByRole("button", { name: "Delete nightly" }).click();
	await page.getByRole("button", { name: "Delete key" }).click();
	await page.getByText("No key yet").waitFor();
	assert.equal(await ask(), 401);
});

test("one's own password is changed, and the other session of oneself ends", async () => {
	await page.getByRole("button", { name: "Change password" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("Password until now").fill("wrong by far");
	await dialog.getByLabel("New password").fill("a longer sentence");
	await dialog.getByRole("button", { name: "Change password" }).click();
	await dialog.getByRole("alert").waitFor();
	assert.deepEqual(await axe(page), []);
	await dialog.getByLabel("Password until now").fill("a lake at night");
	await dialog.getByRole("button", { name: "Change password" }).click();
	await page.getByText("Password changed").waitFor();
	await page.getByRole("button", { name: "Sign out" }).click();
	await page.getByRole("heading", { name: "Sign in" }).waitFor();
});

test("all of it is in the audit log", async () => {
	await signIn(page, server.url, "/admin/audit", { name: "ada", password: "a longer sentence" });
	await page.getByLabel("What").fill("user.");
	await page.getByText("user.delete").waitFor();
	await page.getByLabel("What").fill("api_key.");
	await page.getByText(/api_key\./).first().waitFor();
});

test("nothing complained", () => assert.deepEqual(session.complaints, []));
