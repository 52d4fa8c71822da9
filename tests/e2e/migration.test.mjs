// MariaDB to PostgreSQL with a pause, a restart of the server while it is paused, and a resume; watched by one open page.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { addServer, field, goOn, newProject, setUp, startBrowser, startDatabases, startFerry, temporaryFolder } from "./harness.mjs";

const rows = 60_000;
let databases, folder, server, session, page;

before(async () => {
	databases = await startDatabases(rows);
	folder = temporaryFolder();
	server = await startFerry(join(folder.path, "data"));
	session = await startBrowser();
	page = session.page;
	await setUp(page, await server.setupLink());
});

after(async () => {
	await session?.close();
	await server?.stop();
	await databases?.stop();
	folder?.remove();
});

test("a wrong password says what to do", async () => {
	await page.goto(`${server.url}/#/connections/new`);
	await page.getByRole("radio", { name: /PostgreSQL/ }).click();
	await field(page, "Host").fill("127.0.0.1");
	await field(page, "Port").fill(String(databases.postgres.port));
	await field(page, "Database").fill("warehouse");
	await field(page, "User").fill("ferry");
	await page.getByLabel("Password", { exact: true }).fill("wrong");
	await page.getByRole("button", { name: "Test" }).click();
	await page.getByRole("alert").filter({ hasText: /password/i }).waitFor();
});

test("servers are connected", async () => {
	await addServer(page, server.url, "MySQL and MariaDB", "Shop", databases.mysql);
	await addServer(page, server.url, "PostgreSQL", "Warehouse", databases.postgres);
});

test("a slow pipeline is started and paused", async () => {
	await newProject(page, server.url, "Shop to warehouse", "Shop", "Warehouse");
	await page.getByText("12 of 12 tables taken").waitFor();
	await goOn(page, "Map columns");
	await goOn(page, "Pipeline");
	await page.getByLabel("Read no faster than").fill("8000rows/s");
	await page.getByLabel("Rows of a chunk").fill("2000");
	await page.getByText("Saved", { exact: true }).waitFor();
	await goOn(page, "Preview and validate");
	await page.getByText(/^It can start/).waitFor({ timeout: 60_000 });
	await goOn(page, "Execute and monitor");
	await page.getByRole("button", { name: "Start migration" }).click();
	await page.getByText("Live", { exact: true }).waitFor();
	await page.getByText("copying", { exact: true }).first().waitFor({ timeout: 60_000 });
	await page.getByRole("button", { name: "Pause" }).click();
	await page.getByRole("button", { name: "Resume" }).waitFor({ timeout: 60_000 });
});

test("the page survives a restart of the server, and so does the execution", async () => {
	const { port } = server;
	await server.stop();
	await page.getByText("Connection lost, trying again").waitFor();
	server = await startFerry(join(folder.path, "data"), port);
	await page.getByText("Live", { exact: true }).waitFor({ timeout: 60_000 });
	await page.getByRole("button", { name: "Resume" }).click();
	await page.getByText("Verified", { exact: true }).waitFor({ timeout: 180_000 });
});

test("the report tells of every row", async () => {
	const id = /executions\/([^?]+)/.exec(page.url())[1];
	const report = await page.evaluate(async (path) => (await fetch(path)).json(), `/api/v1/executions/${id}/report?format=json`);
	assert.equal(report.tables.find((t) => JSON.stringify(t).includes("big_order")) !== undefined, true);
	const list = await page.evaluate(async (path) => (await fetch(path)).json(), `/api/v1/executions/${id}/tables?limit=100`);
	assert.equal(list.items.find((t) => t.name.endsWith("big_order")).rows, rows);
});

test("nothing complained", () => assert.deepEqual(session.complaints, []));
