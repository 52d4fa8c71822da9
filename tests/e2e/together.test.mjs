// Several people at one thing: what the other one did meanwhile stays, and so does what is typed here.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, call, field, makeChinook, makeProject, saved, setUp, shoot, signIn, startBrowser, startFerry, temporaryFolder } from "./harness.mjs";

let folder, server, session, page, project;

before(async () => {
	folder = temporaryFolder();
	makeChinook(join(folder.path, "chinook.db"));
	server = await startFerry(join(folder.path, "data"));
	session = await startBrowser();
	page = session.page;
	await setUp(page, await server.setupLink());
	project = await makeProject(page, "Music", join(folder.path, "chinook.db"), join(folder.path, "target.db"));
});

after(async () => {
	await session?.close();
	await server?.stop();
	folder?.remove();
});

// The other one works by the API, at the version that is there.
async function elsewhere(method, path, change) {
	const now = await call(page, "GET", path);
	const { name, source_connection_id, target_connection_id, document } = now;
	await call(page, method, path, change(path.startsWith("/projects") ? { name, source_connection_id, target_connection_id, document } : {}));
}

// Somebody comes back to the page a minute later: what is older than some seconds is asked for again.
const comeBack = () => page.evaluate(() => {
	const now = Date.now;
	Date.now = () => now() + 60_000;
	window.dispatchEvent(new Event("visibilitychange"));
});

test("a connection's form keeps what is typed when somebody else saves", async () => {
	const { id } = (await call(page, "GET", "/connections")).items.find((c) => c.name === "Music: target");
	await page.goto(`${server.url}/#/connections/${id}/edit`);
	await field(page, "Name").fill("Mine");
	await elsewhere("PATCH", `/connections/${id}`, () => ({ name: "Theirs" }));
	await comeBack();
	await page.getByText("Somebody else has changed this connection").waitFor();
	assert.equal(await field(page, "Name").inputValue(), "Mine");
	assert.deepEqual(await axe(page), []);
	await shoot(page, "connection-changed-1440-light");
	await page.emulateMedia({ colorScheme: "dark" });
	await page.setViewportSize({ width: 390, height: 844 });
	assert.deepEqual(await axe(page), []);
	await shoot(page, "connection-changed-390-dark");
	await page.emulateMedia({ colorScheme: "light" });
	await page.setViewportSize({ width: 1440, height: 900 });
	await page.getByRole("button", { name: "Load theirs" }).click();
	assert.equal(await field(page, "Name").inputValue(), "Theirs");
	await field(page, "Name").fill("Mine");
	await elsewhere("PATCH", `/connections/${id}`, () => ({ name: "Theirs again" }));
	await comeBack();
	await page.getByRole("button", { name: "Keep mine" }).click();
	await page.getByRole("button", { name: "Save connection" }).click();
	await page.getByRole("heading", { name: "Mine" }).waitFor();
	assert.equal((await call(page, "GET", `/connections/${id}`)).name, "Mine");
});

test("the options of a table are kept beside what somebody else changed of it", async () => {
	await page.goto(`${server.url}/#/projects/${project}/columns?entry=Customer`);
	await page.getByRole("button", { name: "Table options" }).click();
	const dialog = page.getByRole("dialog", { name: "Options of Customer" });
	await dialog.getByLabel("Cursor column").fill("CustomerId");
	await elsewhere("PUT", `/projects/${project}`, (one) => ({ ...one, document: { version: 1, tables: [{ source: "Customer", key: "Email", columns: [{ source: "Phone", exclude: true }] }] } }));
	await comeBack();
	await page.locator('[aria-label^="Phone, "][aria-label*="left out"]').waitFor({ state: "attached" });
	await dialog.getByRole("button", { name: "Keep" }).click();
	await saved(page);
	const { document } = await call(page, "GET", `/projects/${project}`);
	assert.deepEqual(document.tables, [{ source: "Customer", key: ["Email"], columns: [{ source: "Phone", exclude: true }], cursor: "CustomerId" }]);
});

const targetOf = (document, source) => document.tables.find((entry) => entry.source === source)?.target;

test("who signs out at once leaves nothing behind", async () => {
	await page.goto(`${server.url}/#/projects/${project}/select`);
	await page.getByLabel("Target of Genre").fill("kinds");
	await page.getByRole("button", { name: "Sign out" }).click();
	await page.getByRole("heading", { name: "Sign in" }).waitFor();
	await signIn(page, server.url, `/projects/${project}/select`);
	assert.equal(targetOf((await call(page, "GET", `/projects/${project}`)).document, "Genre"), "kinds");
});

test("who has edits that cannot be saved is asked before they are gone", async () => {
	await page.goto(`${server.url}/#/projects/${project}/select`);
	await page.getByLabel("Target of Genre").waitFor();
	await elsewhere("PUT", `/projects/${project}`, (one) => ({ ...one, name: "Theirs" }));
	await page.getByLabel("Target of Artist").fill("mine");
	await page.getByRole("button", { name: "Sign out" }).click();
	/* The page's own question about the conflict comes first. */
	const dialog = page.getByRole("alertdialog", { name: "Sign out without the last edits?" });
	await dialog.waitFor();
	assert.deepEqual(await axe(page), []);
	await shoot(page, "sign-out-unsaved-1440-light");
	await page.emulateMedia({ colorScheme: "dark" });
	await page.setViewportSize({ width: 390, height: 844 });
	await shoot(page, "sign-out-unsaved-390-dark");
	await page.emulateMedia({ colorScheme: "light" });
	await page.setViewportSize({ width: 1440, height: 900 });
	await dialog.getByRole("button", { name: "Sign out" }).click();
	await page.getByRole("heading", { name: "Sign in" }).waitFor();
	await signIn(page, server.url, `/projects/${project}/select`);
	assert.equal(targetOf((await call(page, "GET", `/projects/${project}`)).document, "Artist"), undefined);
	assert.equal(await page.getByLabel("Target of Artist").inputValue(), "");
});

test("nothing complained", () => assert.deepEqual(session.complaints, []));
