// The main path without a mouse: Tab, arrows, Enter, space and Escape lead from the door to the end of a migration, and wherever the
// focus is, it is seen.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { admin, call, makeChinook, makeProject, saved, setUp, sqlite, startBrowser, startFerry, temporaryFolder, until } from "./harness.mjs";

let folder, server, session, page, project, target;

before(async () => {
	folder = temporaryFolder();
	target = join(folder.path, "target.db");
	makeChinook(join(folder.path, "chinook.db"));
	server = await startFerry(join(folder.path, "data"));
	session = await startBrowser({ reducedMotion: "reduce" });
	page = session.page;
	await setUp(page, await server.setupLink());
	project = await makeProject(page, "Music", join(folder.path, "chinook.db"), target, { version: 1, options: { lanes: 1 } });
	await call(page, "DELETE", "/session");
	await page.reload();
	await page.getByRole("heading", { name: "Sign in" }).waitFor();
});

after(async () => {
	await session?.close();
	await server?.stop();
	folder?.remove();
});

// What has the focus: its name, and whether one can see that.
const focused = () => page.evaluate(() => {
	const e = document.activeElement;
	const style = getComputedStyle(e);
	const name = e.getAttribute("aria-label") ?? e.labels?.[0]?.textContent ?? e.textContent ?? "";
	const box = e.getBoundingClientRect();
	return {
		name: name.trim().slice(0, 80),
		role: e.getAttribute("role") ?? e.tagName.toLowerCase(),
		// Choices of an open list are marked by their ground.
		isSeen: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || e.hasAttribute("data-highlighted")) && box.width > 0 && box.bottom > 0 && box.top < innerHeight,
	};
});

// Where a key leads. What moves the focus by itself takes a moment to draw it.
async function step(key) {
	const before = await focused();
	await page.keyboard.press(key);
	let now = await focused();
	for (let i = 0; i < 40 && (now.name === before.name || (now.role !== "body" && !now.isSeen)); i++) {
		await page.waitForTimeout(25);
		now = await focused();
	}
	return now;
}

// By Tab (or another key) until what has the focus is called like that. On the way nothing may have it unseen.
async function go(name, key = "Tab", most = 120) {
	for (let i = 0; i < most; i++) {
		const now = await step(key);
		if (now.role !== "body") assert.ok(now.isSeen, `the focus on ${now.role} "${now.name}" is not seen`);
		if (name.test(now.name)) return now;
	}
	throw new Error(`${key} does not lead to ${name}`);
}

// The focus comes (back) there by itself.
async function has(name) {
	for (let i = 0; i < 200 && !name.test((await focused()).name); i++) await page.waitForTimeout(25);
	assert.match((await focused()).name, name);
}

async function press(name, key = "Enter", by = "Tab") {
	await go(name, by);
	await page.keyboard.press(key);
}

const heading = (name) => page.getByRole("heading", { level: 1, name }).waitFor();

test("through the door", async () => {
	await go(/^Name/);
	await page.keyboard.type(admin.name);
	await go(/^Password/);
	await page.keyboard.type(admin.password);
	await page.keyboard.press("Enter");
	await heading("Dashboard");
});

test("past the sidebar to the content, and into the project", async () => {
	await press(/^Projects$/);
	await heading("Projects");
	await page.evaluate(() => document.activeElement.blur());
	await press(/^Skip to the content$/);
	await press(/^Music$/);
	await heading("Select tables");
});

test("tables are found, left out and named", async () => {
	await go(/^Search tables$/);
	await page.keyboard.type("Employee");
	await press(/^Take Employee$/, "Space");
	await page.getByText("10 of 11 tables taken").waitFor();
	await go(/^Search tables$/, "Shift+Tab");
	await page.keyboard.press("Control+A");
	await page.keyboard.type("Genre");
	await go(/^Target of Genre$/);
	await page.keyboard.type("kind");
	await page.keyboard.press("Enter");
	await saved(page);
});

test("names follow a rule chosen from a list", async () => {
	await go(/^Names in the target$/, "Shift+Tab");
	await page.keyboard.press("Enter");
	await page.getByRole("listbox").waitFor();
	await page.keyboard.press("Escape");
	await page.getByRole("listbox").waitFor({ state: "detached" });
	await has(/^Names in the target$/);
	await page.keyboard.press("Enter");
	await go(/^Snake case/, "ArrowDown", 5);
	await page.keyboard.press("Enter");
	await saved(page);
	await press(/^Map columns$/);
	await heading("Map columns");
});

test("a line is drawn, let go, and drawn elsewhere", async () => {
	await press(/^Customer/);
	await page.getByText(/13 columns/).waitFor();
	await go(/^CustomerId, /);
	await go(/^Fax, /, "ArrowDown", 15);
	await page.keyboard.press("Enter");
	await until(page, () => document.querySelector('[aria-label^="Fax, "]')?.getAttribute("aria-label").includes("waiting"));
	await page.keyboard.press("Escape");
	await until(page, () => !document.querySelector('[aria-label^="Fax, "]')?.getAttribute("aria-label").includes("waiting"));
	await has(/^Fax, /);
	await page.keyboard.press("Enter");
	await page.keyboard.press("ArrowRight");
	await until(page, () => document.activeElement?.getAttribute("aria-label") === "Draw the line to fax");
	await go(/^Draw the line to phone$/, "ArrowUp", 5);
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: /^Phone, .*left out/ }).waitFor();
	await go(/^Fax, /, "ArrowLeft", 1);
	await go(/^Company, /, "ArrowUp", 15);
	await page.keyboard.press("Delete");
	await page.getByRole("button", { name: /^Company, .*left out/ }).waitFor();
	await saved(page);
});

test("a value is changed on its way", async () => {
	await go(/^Email, /, "ArrowDown", 15);
	await page.keyboard.press("Enter");
	await press(/^Add step$/);
	await page.getByRole("menu").waitFor();
	await go(/^Upper case/, "ArrowDown", 15);
	await page.keyboard.press("Enter");
	await page.getByText(/LUISG@EMBRAER/).first().waitFor();
	await saved(page);
	await press(/^Pipeline$/);
	await heading("Pipeline");
});

test("the pipeline is tuned, and what will happen looked at", async () => {
	await go(/^Lanes side by side$/);
	await page.keyboard.press("Control+A");
	await page.keyboard.type("2");
	await saved(page);
	await press(/^Preview and validate$/);
	await heading("Preview and validate");
	await page.getByText(/^It can start/).waitFor();
	await go(/^Rows/);
	await go(/^Statements/, "ArrowRight", 5);
	await page.getByText(/CREATE TABLE/).first().waitFor();
	await press(/^Execute and monitor$/);
	await heading("Execute and monitor");
});

test("it runs, and its log and report are read", async () => {
	await press(/^Start migration$/);
	await page.getByText("Verified", { exact: true }).waitFor();
	await go(/^Tables/);
	await go(/^Log$/, "ArrowRight", 3);
	await page.getByText(/stage: verify/).first().waitFor();
	await page.keyboard.press("/");
	await has(/^Search the log$/);
	await page.keyboard.type("verify");
	await press(/^Report$/);
	await page.getByRole("menu").waitFor();
	await page.keyboard.press("Escape");
	await has(/^Report$/);
	await press(/^Delete$/);
	await page.getByRole("alertdialog").waitFor();
	await page.keyboard.press("Escape");
	await page.getByRole("alertdialog").waitFor({ state: "detached" });
	await has(/^Delete$/);
	assert.equal(sqlite(target, "SELECT email, phone FROM customer WHERE customer_id = 1; SELECT count(*) FROM kind"), "LUISG@EMBRAER.COM.BR|+55 (12) 3923-5566\n25");
});

test("the project becomes a template, and that a project", async () => {
	await press(/^Projects$/, "Enter", "Shift+Tab");
	await heading("Projects");
	await press(/^Actions for Music$/);
	await page.getByRole("menu").waitFor();
	await go(/^Save as template/, "ArrowDown", 5);
	await page.keyboard.press("Enter");
	await page.getByRole("dialog").waitFor();
	await go(/^Name/);
	await page.keyboard.press("Control+A");
	await page.keyboard.type("Music, small names");
	await page.keyboard.press("Enter");
	await page.getByRole("dialog").waitFor({ state: "detached" });
	await press(/^Templates$/, "Enter", "Shift+Tab");
	await heading("Templates");
	await press(/^New project from Music, small names$/);
	await has(/^Name/);
	await page.keyboard.type("Once more");
	await press(/^Create project$/);
	await heading("Select tables");
	const made = (await call(page, "GET", "/projects")).items.find((p) => p.name === "Once more");
	assert.equal(made.document.identifiers, "snake");
});

test("nothing complained", () => assert.deepEqual(session.complaints, []));
