// What the browser tests share: databases, `ferry serve`, Chromium, axe, screenshots.
import { execFileSync, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const axePath = require.resolve("axe-core/axe.min.js");

export const ferry = process.env.FERRY_BIN ?? resolve(here, "../../build/ferry");
export const screenshots = process.env.FERRY_SCREENSHOTS ?? join(here, "screenshots");
export const admin = { name: "ada", password: "a lake at night" };

// Resolves with the first line that fits; what the process says before it dies is in the error.
function firstLine(child, pattern, name) {
	return new Promise((done, fail) => {
		let said = "";
		child.stderr.on("data", (data) => (said += data));
		createInterface({ input: child.stdout }).on("line", (line) => {
			said += `${line}\n`;
			const match = pattern.exec(line);
			if (match) done(match);
		});
		child.on("exit", (code) => fail(new Error(`${name} ended with ${code}: ${said}`)));
	});
}

function ended(child) {
	return child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((done) => child.once("exit", done));
}

export async function startDatabases(rows) {
	const child = spawn("/usr/bin/python3", [join(here, "databases.py"), String(rows)], { stdio: ["pipe", "pipe", "pipe"] });
	const [line] = await firstLine(child, /^\{.*\}$/, "databases.py");
	return {
		...JSON.parse(line),
		async stop() {
			child.stdin.end();
			await ended(child);
		},
	};
}

export function temporaryFolder() {
	const path = mkdtempSync(join(tmpdir(), "ferry-e2e-"));
	return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

// A server over the folder; on the first start it comes with a set-up link. Without the sample, which a first start makes otherwise.
export async function startFerry(folder, port = 0, options = ["--no-sample"]) {
	const child = spawn(ferry, ["serve", "--listen", `127.0.0.1:${port}`, "--data", folder, ...options], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, FERRY_HASH_KEY: "for tests" } });
	let setup = null;
	createInterface({ input: child.stdout }).on("line", (line) => (setup ??= /(http\S+\/#\/setup\?token=\S+)/.exec(line)?.[1] ?? null));
	const [, url] = await firstLine(child, /serving at (\S+)/, "ferry serve");
	return {
		url,
		port: Number(new URL(url).port),
		async setupLink() {
			for (let i = 0; i < 100 && !setup; i++) await new Promise((r) => setTimeout(r, 20));
			return setup;
		},
		async stop(signal = "SIGTERM") {
			child.kill(signal);
			await ended(child);
		},
	};
}

// A browser whose pages fail the test when a script fails or the policy blocks something.
export async function startBrowser(options = {}) {
	const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
	const page = await context.newPage();
	const complaints = [];
	page.on("pageerror", (error) => complaints.push(`page: ${error.message}`));
	page.on("console", (message) => {
		if (message.type() === "error" && !/status of (4\d\d|502)|ERR_CONNECTION|ERR_INCOMPLETE|net::/.test(message.text())) complaints.push(`console: ${message.text()}`);
	});
	page.setDefaultTimeout(30_000);
	return { browser, context, page, complaints, close: () => browser.close() };
}

export async function setUp(page, link) {
	await page.goto(link);
	await page.getByLabel("Name").fill(admin.name);
	await page.getByLabel("Password").fill(admin.password);
	await page.getByRole("button", { name: "Create administrator" }).click();
	await page.getByRole("heading", { name: "Dashboard" }).waitFor();
}

export async function signIn(page, base, path = "/", who = admin) {
	await page.goto(`${base}/#${path}`);
	await page.getByLabel("Name").fill(who.name);
	await page.getByLabel("Password").fill(who.password);
	await page.getByRole("button", { name: "Sign in" }).click();
	await page.getByRole("heading", { name: "Sign in" }).waitFor({ state: "detached" });
	await page.locator("h1").waitFor();
}

// The API with the page's own session, for what a test needs but does not test.
export async function call(page, method, path, body) {
	return page.evaluate(async ([m, p, b]) => {
		const session = await (await fetch("/api/v1/session")).json();
		const headers = { "X-CSRF-Token": session.csrf_token, "Content-Type": "application/json" };
		const response = await fetch(`/api/v1${p}`, { method: m, headers, body: b === undefined ? undefined : JSON.stringify(b) });
		return response.status === 204 ? null : response.json();
	}, [method, path, body]);
}

// Runs a project to its end, whatever that is; the execution's id.
export async function run(page, project) {
	const started = await call(page, "POST", "/executions", { project_id: project });
	for (let i = 0; i < 600; i++) {
		const now = await call(page, "GET", `/executions/${started.id}`);
		if (["COMPLETED", "FAILED", "CANCELLED"].includes(now.state)) return started.id;
		await page.waitForTimeout(100);
	}
	throw new Error("the execution did not end");
}

export function makeChinook(path) {
	writeFileSync(path, gunzipSync(readFileSync(join(here, "../data/chinook/Chinook_Sqlite.sqlite.gz"))));
}

export function sqlite(path, sql) {
	return execFileSync("sqlite3", ["-cmd", ".timeout 20000", path], { input: sql }).toString().trim();
}

// A project between two SQLite files, made by the API.
export async function makeProject(page, name, source, target, document = { version: 1 }) {
	const from = await call(page, "POST", "/connections", { name: `${name}: source`, url: `sqlite:///${source}` });
	const to = await call(page, "POST", "/connections", { name: `${name}: target`, url: `sqlite:///${target}` });
	return (await call(page, "POST", "/projects", { name, source_connection_id: from.id, target_connection_id: to.id, document })).id;
}

export async function saved(page) {
	await page.getByText("Saved", { exact: true }).waitFor();
}

// Waits until the page's function gives something. Playwright's own way evaluates text, which the pages' policy forbids.
export async function until(page, test, argument) {
	for (let i = 0; i < 300; i++) {
		if (await page.evaluate(test, argument)) return;
		await page.waitForTimeout(100);
	}
	throw new Error(`waited in vain for ${test}`);
}

// Violations as lines; none is what is wanted.
export async function axe(page) {
	// Playwright's own evaluation is not bound by the page's policy, as an added script would be.
	if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(execFileSync("cat", [axePath], { maxBuffer: 1 << 24 }).toString());
	// What fades in or out has no colour of its own yet. The bars of an execution that goes on never stand still, and need not.
	await until(page, () =>
		document.getAnimations().every((a) => {
			const fades = a.effect?.getKeyframes().some((frame) => "opacity" in frame || "color" in frame || "backgroundColor" in frame);
			return !fades || a.playState !== "running" || a.effect.getTiming().iterations === Infinity;
		}),
	);
	const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
	return result.violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.map((n) => `${n.target.join(" ")}: ${n.any[0]?.message ?? v.help}`).join("; ")}`);
}

export async function shoot(page, name) {
	mkdirSync(screenshots, { recursive: true });
	await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

// A text field by its label.
export function field(page, name) {
	return page.getByRole("textbox", { name, exact: true });
}

// Chooses from one of our selects, by its label.
export async function choose(page, label, option) {
	await page.getByRole("combobox", { name: label }).click();
	await page.getByRole("option", { name: option }).first().click();
}

export async function addServer(page, base, title, name, address) {
	await page.goto(`${base}/#/connections/new`);
	await page.getByRole("radio", { name: new RegExp(title) }).click();
	await field(page, "Name").fill(name);
	await field(page, "Host").fill(address.host);
	await field(page, "Port").fill(String(address.port));
	await field(page, "Database").fill(address.database);
	await field(page, "User").fill(address.user);
	await page.getByLabel("Password", { exact: true }).fill(address.password);
	await page.getByRole("button", { name: "Test" }).click();
	await page.getByText(/^Connected to/).waitFor();
	await page.getByRole("button", { name: "Save connection" }).click();
	await page.getByRole("heading", { name }).waitFor();
}

export async function addFile(page, base, name, path) {
	await page.goto(`${base}/#/connections/new`);
	await page.getByRole("radio", { name: /SQLite/ }).click();
	await field(page, "Name").fill(name);
	await field(page, "File").fill(path);
	await page.getByRole("button", { name: "Save connection" }).click();
	await page.getByRole("heading", { name }).waitFor();
}

export async function newProject(page, base, name, source, target) {
	await page.goto(`${base}/#/projects?new=true`);
	await page.getByRole("dialog").getByLabel("Name").fill(name);
	await choose(page, "Source", new RegExp(source));
	await choose(page, "Target", new RegExp(target));
	await page.getByRole("button", { name: "Create project" }).click();
	await page.getByRole("heading", { name: "Select tables" }).waitFor();
}

// From any step to the last, by the button that leads on.
export async function goOn(page, step) {
	await page.getByRole("button", { name: step }).click();
	await page.getByRole("heading", { name: step, level: 1 }).waitFor();
}
