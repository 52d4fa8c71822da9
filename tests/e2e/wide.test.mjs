// Very many tables, columns and lines of a log: whatever there is, a page holds no more elements than are in sight. Counts, not times.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { call, makeProject, run, saved, setUp, shoot, sqlite, startBrowser, startFerry, temporaryFolder, until } from "./harness.mjs";

const tables = 5000;
const columns = 200;
const lines = 100_000;
const most = 3000; // elements of a page
let folder, server, session, page, project;

before(async () => {
	folder = temporaryFolder();
	const source = join(folder.path, "wide.db");
	const many = Array.from({ length: tables }, (_, i) => `CREATE TABLE t${String(i).padStart(5, "0")} (id INTEGER PRIMARY KEY, a TEXT, b INTEGER);`);
	const names = Array.from({ length: columns }, (_, i) => (i % 7 === 5 ? `"odd → name. ${i} 'x' {y}"` : `column_${i}`));
	const wide = `CREATE TABLE "wide table" (id INTEGER PRIMARY KEY, ${names.map((name) => `${name} TEXT`).join(", ")}); INSERT INTO "wide table" (id, column_0, column_199) VALUES (1, 'first', 'last');`;
	sqlite(source, `BEGIN; ${many.join("\n")} ${wide} COMMIT;`);
	server = await startFerry(join(folder.path, "data"));
	session = await startBrowser();
	page = session.page;
	await setUp(page, await server.setupLink());
	project = await makeProject(page, "Wide", source, join(folder.path, "target.db"));
});

after(async () => {
	await session?.close();
	await server?.stop();
	folder?.remove();
});

const elements = () => page.evaluate(() => document.querySelectorAll("*").length);

async function assertFew(what) {
	const n = await elements();
	assert.ok(n < most, `${what}: ${n} elements`);
}

test("thousands of tables are selected", async () => {
	await page.goto(`${server.url}/#/projects/${project}/tables`);
	await page.getByText(`5,001 of 5,001 tables taken`).waitFor();
	await assertFew("all tables");
	const list = page.getByRole("table", { name: "Tables of the source" });
	await list.evaluate((element) => (element.scrollTop = element.scrollHeight / 2));
	await page.getByRole("checkbox", { name: "Take t02500" }).waitFor();
	await assertFew("in the middle");
	await page.getByRole("searchbox", { name: "Search tables" }).fill("t049");
	await page.getByRole("checkbox", { name: "All 100 tables in sight" }).click();
	await page.getByText("4,901 of 5,001 tables taken").waitFor();
	await page.getByRole("radio", { name: "Left out" }).click();
	await page.getByRole("searchbox", { name: "Search tables" }).fill("t04950");
	await page.getByRole("checkbox", { name: "Take t04950" }).click();
	await page.getByText("4,902 of 5,001 tables taken").waitFor();
	await saved(page);
	assert.equal((await call(page, "GET", `/projects/${project}`)).document.select.exclude.length, 99);
});

test("a table of two hundred columns is mapped, by keyboard only", async () => {
	await page.goto(`${server.url}/#/projects/${project}/columns`);
	await page.getByRole("heading", { level: 1, name: "Map columns" }).waitFor();
	await page.getByRole("searchbox", { name: "Search tables" }).fill("wide");
	await page.getByRole("button", { name: /^wide table/ }).press("Enter");
	await page.getByText("201 columns").waitFor();
	await assertFew("two hundred columns");
	await page.getByRole("button", { name: /^id, / }).focus();
	await page.keyboard.press("End");
	await until(page, () => document.activeElement?.getAttribute("aria-label")?.startsWith("column_199, "));
	await page.keyboard.press("Enter");
	await page.keyboard.press("ArrowRight");
	await page.keyboard.press("Home");
	await until(page, () => document.activeElement?.getAttribute("aria-label") === "Draw the line to id");
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("Enter");
	await saved(page);
	await assertFew("after the line");
	const [entry] = (await call(page, "GET", `/projects/${project}`)).document.tables;
	assert.deepEqual(entry.columns, [{ source: "column_0", exclude: true }, { source: "column_199", target: "column_0" }]);
	await page.getByRole("cell", { name: "last" }).first().waitFor();
});

test("odd names are found, mapped and shown", async () => {
	await page.getByRole("searchbox", { name: "Search columns" }).fill("odd → name. 5 ");
	const column = page.getByRole("button", { name: /^odd → name\. 5 .*, TEXT$/ });
	await column.click();
	await page.getByLabel("Goes to").fill('it\'s "odd"');
	await page.getByLabel("Goes to").press("Enter");
	await page.getByRole("columnheader", { name: /^it's "odd"/ }).waitFor();
	await page.keyboard.press("Escape");
	await page.getByRole("button", { name: "Add step" }).click();
	await page.getByRole("menuitem", { name: "Put together" }).click();
	await page.getByLabel("Parts, columns in braces").fill("{column_0}-{id}");
	await page.getByRole("cell", { name: "first-1" }).first().waitFor();
	await saved(page);
	await shoot(page, "wide-map-1440-light");
});

test("a plan of thousands of tables is looked through", async () => {
	await page.goto(`${server.url}/#/projects/${project}/preview`);
	await page.getByText(/^It can start/).waitFor({ timeout: 120_000 });
	for (const tab of ["Tables", "Losses and notes", "Statements", "Task graph"]) {
		await page.getByRole("tab", { name: tab }).click();
		await page.waitForTimeout(300);
		await assertFew(tab);
	}
});

test("a log of a hundred thousand lines is read", async () => {
	const small = await makeProject(page, "Small", join(folder.path, "wide.db"), join(folder.path, "small.db"), { version: 1, select: { include: "t00001" } });
	const id = await run(page, small);
	sqlite(join(folder.path, "data", "ferry.db"), `WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < ${lines + 999})
		INSERT INTO execution_logs SELECT '${id}', i, '2026-01-01T00:00:00Z', CASE WHEN i % 5000 = 0 THEN 'error' ELSE 'info' END, 'line ' || i || ' of the log' FROM n`);
	await page.goto(`${server.url}/#/executions/${id}?tab=log`);
	await page.getByText(`line ${lines + 999} of the log`).waitFor();
	const log = page.getByRole("log");
	for (let i = 0; i < 12; i++) {
		await log.evaluate((element) => (element.scrollTop = 0));
		await page.waitForTimeout(50);
	}
	await assertFew("scrolled back");
	await page.getByRole("searchbox", { name: "Search the log" }).fill("line 1234 of");
	await log.getByText("line 1234 of the log").waitFor();
	await page.getByRole("searchbox", { name: "Search the log" }).fill("");
	await page.getByRole("combobox", { name: "Level" }).click();
	await page.getByRole("option", { name: "Errors", exact: true }).click();
	await page.getByText("20 lines", { exact: true }).waitFor();
	await assertFew("errors");
});

test("nothing complained", () => assert.deepEqual(session.complaints, []));
