// Executions that do not go straight: rejected rows with their reasons, a failure and its retry, a cancellation with clean-up, a dry run.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, call, makeChinook, makeProject, setUp, shoot, sqlite, startBrowser, startFerry, temporaryFolder, until } from "./harness.mjs";

let folder, server, session, page, source;

before(async () => {
	folder = temporaryFolder();
	source = join(folder.path, "chinook.db");
	makeChinook(source);
	server = await startFerry(join(folder.path, "data"));
	session = await startBrowser({ acceptDownloads: true });
	page = session.page;
	await setUp(page, await server.setupLink());
});

after(async () => {
	await session?.close();
	await server?.stop();
	folder?.remove();
});

async function start(project) {
	await page.goto(`${server.url}/#/projects/${project}/run`);
	await page.getByRole("button", { name: "Start migration" }).click();
	await page.getByRole("tablist", { name: "Details" }).waitFor();
}

const state = async () => (await call(page, "GET", `/executions/${/executions\/([^?]+)/.exec(page.url())[1]}`)).state;

test("rejected rows stand there with key, value and reason, and whole", async () => {
	const tables = [{ source: "Customer", columns: [{ source: "PostalCode", transform: { type: "int32" } }] }];
	const project = await makeProject(page, "Numbers", source, join(folder.path, "numbers.db"), { version: 1, select: { include: "Customer" }, tables });
	await start(project);
	await page.getByText("With rejected rows", { exact: true }).waitFor();
	await page.getByText("Rows were rejected").waitFor();
	await page.getByText(/^Values that the target could not hold: \d+ invalid-value$/).waitFor();
	const progress = page.getByRole("table", { name: "Progress of tables" });
	await progress.getByRole("columnheader", { name: "Bad values" }).waitFor();
	await progress.getByText(/^\d+ invalid-value$/).waitFor();
	assert.deepEqual(await axe(page), []);
	await shoot(page, "bad-values-1440-light");
	await page.getByRole("tab", { name: /^Rejected rows/ }).click();
	const rows = page.getByRole("table", { name: "Rejected rows" });
	await rows.getByText("invalid-value").first().waitFor();
	await page.getByRole("searchbox", { name: "Search rejected rows" }).fill("V6C 1G8");
	await rows.getByText("V6C 1G8").waitFor();
	assert.equal(await rows.getByText("invalid-value").count(), 1);
	await shoot(page, "rejects-1440-light");
	await rows.getByRole("button", { name: /^Whole row/ }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByText("PostalCode").first().waitFor();
	await dialog.getByRole("cell", { name: "Vancouver" }).waitFor();
	assert.deepEqual(await axe(page), []);
	await shoot(page, "reject-1440-light");
	await page.keyboard.press("Escape");
	const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download" }).click()]);
	assert.match(download.suggestedFilename(), /reject/);
});

test("a failure says what to do; a retry does what is left", async () => {
	const later = join(folder.path, "later");
	const project = await makeProject(page, "Later", source, join(later, "target.db"));
	await start(project);
	await page.getByText("Failed", { exact: true }).waitFor();
	await page.getByRole("alert").waitFor();
	assert.deepEqual(await axe(page), []);
	mkdirSync(later);
	await page.getByRole("button", { name: "Retry" }).click();
	await page.getByRole("menuitem", { name: "Only what is not done yet" }).click();
	await page.getByText("Verified", { exact: true }).waitFor();
	await page.getByText("attempt 2").waitFor();
	assert.equal(sqlite(join(later, "target.db"), "SELECT count(*) FROM Track"), "3503");
});

test("a cancellation cleans up what it made", async () => {
	const target = join(folder.path, "clean.db");
	sqlite(target, "CREATE TABLE mine (id INTEGER PRIMARY KEY); INSERT INTO mine VALUES (1)");
	const project = await makeProject(page, "Slow", source, target, { version: 1, options: { read_limit: "300rows/s", chunk_rows: 100, lanes: 1 } });
	await start(project);
	await page.getByText("copying", { exact: true }).first().waitFor();
	await page.getByRole("button", { name: "Cancel" }).click();
	const question = page.getByRole("alertdialog");
	await question.getByRole("switch", { name: /remove what it created/ }).click();
	assert.deepEqual(await axe(page), []);
	await shoot(page, "cancel-1440-light");
	await question.getByRole("button", { name: "Cancel execution" }).click();
	await page.getByText("Cancelled", { exact: true }).waitFor({ timeout: 60_000 });
	assert.equal(sqlite(target, "SELECT group_concat(name) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'ferry%'"), "mine");
	await page.getByRole("button", { name: "Retry" }).waitFor();
});

test("what was cancelled can be cleaned up afterwards", async () => {
	const target = join(folder.path, "afterwards.db");
	const project = await makeProject(page, "Slow again", source, target, { version: 1, options: { read_limit: "300rows/s", chunk_rows: 100, lanes: 1 } });
	await start(project);
	await page.getByText("copying", { exact: true }).first().waitFor();
	await page.getByRole("button", { name: "Pause" }).click();
	await page.getByText("Paused", { exact: true }).waitFor({ timeout: 60_000 });
	await page.getByRole("button", { name: "Cancel" }).click();
	await page.getByRole("button", { name: "Cancel execution" }).click();
	await page.getByText("Cancelled", { exact: true }).waitFor();
	assert.notEqual(sqlite(target, "SELECT count(*) FROM sqlite_master WHERE name = 'Track'"), "0");
	await page.getByRole("button", { name: "Clean up" }).click();
	assert.deepEqual(await axe(page), []);
	await page.getByRole("alertdialog").getByRole("button", { name: "Clean up" }).click();
	await until(page, async (path) => (await (await fetch(path)).json()).state === "CANCELLED", `/api/v1/executions/${/executions\/([^?]+)/.exec(page.url())[1]}`);
	for (let i = 0; i < 100 && sqlite(target, "SELECT count(*) FROM sqlite_master WHERE name = 'Track'") !== "0"; i++) await page.waitForTimeout(100);
	assert.equal(sqlite(target, "SELECT count(*) FROM sqlite_master WHERE name = 'Track'"), "0");
});

test("a dry run writes nothing", async () => {
	const target = join(folder.path, "dry.db");
	const project = await makeProject(page, "Dry", source, target);
	await page.goto(`${server.url}/#/projects/${project}/run`);
	await page.getByRole("button", { name: "Dry run" }).click();
	await page.getByText("dry run", { exact: true }).first().waitFor();
	await page.getByRole("button", { name: "Report" }).waitFor();
	assert.equal(await state(), "COMPLETED");
	assert.equal(sqlite(target, "SELECT count(*) FROM sqlite_master"), "0");
});

test("two executions are compared, one is deleted", async () => {
	await page.goto(`${server.url}/#/executions`);
	const boxes = page.getByRole("checkbox", { name: /^Compare/ });
	await boxes.nth(0).click();
	await boxes.nth(1).click();
	await page.getByRole("button", { name: "Compare" }).click();
	await page.getByRole("heading", { name: "Two executions compared" }).waitFor();
	await page.goBack();
	await page.getByRole("link", { name: /^Dry/ }).click();
	await page.getByRole("button", { name: "Delete" }).click();
	assert.deepEqual(await axe(page), []);
	await page.getByRole("button", { name: "Delete execution" }).click();
	await page.getByRole("heading", { name: "Executions" }).waitFor();
	await page.getByRole("link", { name: /^Dry/ }).waitFor({ state: "detached" });
});

test("nothing complained", () => assert.deepEqual(session.complaints, []));
