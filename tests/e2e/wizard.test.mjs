// The whole way on files: set-up, connections, the five steps, an execution, its report; by mouse, and the mapping by keyboard too.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { addFile, axe, choose, goOn, makeChinook, newProject, setUp, startBrowser, startFerry, temporaryFolder } from "./harness.mjs";

let folder, server, session, page, target;

before(async () => {
	folder = temporaryFolder();
	target = join(folder.path, "target.db");
	makeChinook(join(folder.path, "chinook.db"));
	server = await startFerry(join(folder.path, "data"));
	session = await startBrowser();
	page = session.page;
});

after(async () => {
	await session?.close();
	await server?.stop();
	folder?.remove();
});

test("the first administrator is made by the set-up link", async () => {
	await setUp(page, await server.setupLink());
	assert.deepEqual(await axe(page), []);
});

test("files are connected", async () => {
	await addFile(page, server.url, "Music", join(folder.path, "chinook.db"));
	await page.getByRole("button", { name: /^Customer/ }).click();
	await page.getByRole("tab", { name: "Rows" }).click();
	await page.getByText("luisg@embraer.com.br").waitFor();
	await addFile(page, server.url, "Copy", target);
});

test("tables are selected and named", async () => {
	await newProject(page, server.url, "Music to copy", "Music", "Copy");
	await page.getByText("11 of 11 tables taken").waitFor();
	await page.getByRole("checkbox", { name: "Take Employee" }).click();
	await page.getByText("10 of 11 tables taken").waitFor();
	await choose(page, "Names in the target", "Snake case");
	await page.getByLabel("Target of Genre").fill("kind_of_music");
	await page.getByLabel("Target of Genre").press("Enter");
	await page.getByText("Saved", { exact: true }).waitFor();
});

test("columns are mapped by mouse and by keyboard", async () => {
	await goOn(page, "Map columns");
	await page.getByRole("button", { name: /^Customer/ }).click();
	await page.getByRole("button", { name: /^Email, / }).click();
	await page.getByRole("button", { name: /^Email, / }).click();
	await page.getByRole("button", { name: "Add step" }).click();
	await page.getByRole("menuitem", { name: "Upper case" }).click();
	await page.getByText(/LUISG@EMBRAER/).waitFor();
	// Fax goes where the phone went; by keyboard.
	await page.getByRole("button", { name: /^Fax, / }).focus();
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: "Draw the line to phone" }).focus();
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: /^Phone, .*left out/ }).waitFor();
	await page.getByRole("button", { name: /^Company, / }).focus();
	await page.keyboard.press("Delete");
	await page.getByRole("button", { name: /^Company, .*left out/ }).waitFor();
	await page.getByText("Saved", { exact: true }).waitFor();
});

test("a line can be dragged", async () => {
	const handle = page.locator(".react-flow__node[data-id='s:Company'] .react-flow__handle");
	const goal = page.locator(".react-flow__node[data-id='t:phone'] .react-flow__handle");
	const from = await handle.boundingBox();
	const to = await goal.boundingBox();
	await page.mouse.move(from.x + 5, from.y + 5);
	await page.mouse.down();
	await page.mouse.move(to.x + 5, to.y + 5, { steps: 8 });
	await page.mouse.up();
	await page.getByRole("button", { name: /^Fax, .*left out/ }).waitFor();
	await page.getByText("Saved", { exact: true }).waitFor();
});

test("the pipeline is tuned", async () => {
	await goOn(page, "Pipeline");
	await page.getByLabel("Lanes side by side").fill("2");
	await choose(page, "A table that is in the target already", "Drop and create again");
	await page.getByText("Saved", { exact: true }).waitFor();
});

test("the plan is previewed", async () => {
	await goOn(page, "Preview and validate");
	await page.getByText(/^It can start/).waitFor();
	await page.getByRole("tab", { name: "Statements" }).click();
	await page.getByText(/CREATE/).first().waitFor();
	await page.getByRole("tab", { name: "Task graph" }).click();
	await page.getByText("Verify", { exact: true }).waitFor();
	await page.getByRole("tab", { name: "Both schemas" }).click();
	await page.getByText("The sides differ").waitFor();
});

test("it runs, and both sides are the same", async () => {
	await goOn(page, "Execute and monitor");
	await page.getByRole("button", { name: "Start migration" }).click();
	await page.getByText("Verified", { exact: true }).waitFor();
	const rows = execFileSync("sqlite3", [target, "SELECT email, phone FROM customer WHERE customer_id = 1; SELECT count(*) FROM kind_of_music; SELECT count(*) FROM sqlite_master WHERE name = 'employee'"]).toString();
	assert.equal(rows, "LUISG@EMBRAER.COM.BR|Embraer - Empresa Brasileira de Aeronáutica S.A.\n25\n0\n");
	await page.getByRole("tab", { name: "Log" }).click();
	await page.getByText(/stage: verify/).waitFor();
});

test("nothing complained", () => assert.deepEqual(session.complaints, []));
