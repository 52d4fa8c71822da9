// How long the pages keep the browser busy at a time: 5,000 tables in the wizard and in the monitor of a running execution, a log of
// 100,000 lines. Chromium tells every task of more than 50 ms; the longest of each scene is what a person feels as a jerk.
// On a busy machine a task mostly waits for a processor: what the pages cost is the longest one's time on it, from Chromium's trace.
//
// usage: node tests/bench/bench_web.mjs [SCENE…]      scenes: select map pipeline preview monitor log; all of them where none is named
import { join } from "node:path";
import { call, makeProject, saved, setUp, sqlite, startBrowser, startFerry, temporaryFolder } from "../e2e/harness.mjs";

const tables = 5000;
const lines = 100_000;
const wanted = process.argv.slice(2);
const folder = temporaryFolder();
const source = join(folder.path, "wide.db");
let server, session, page, project;

// Long tasks since the last call.
async function longTasks() {
	await page.waitForTimeout(300);
	return page.evaluate(() => window.longTasks.splice(0));
}

// The most time that one task of the page's main thread had a processor.
function longestOnProcessor(events) {
	const threads = new Set(events.filter((e) => e.name === "thread_name" && e.args.name === "CrRendererMain").map((e) => `${e.pid} ${e.tid}`));
	return events.reduce((most, e) => (e.name === "RunTask" && threads.has(`${e.pid} ${e.tid}`) ? Math.max(most, (e.tdur ?? 0) / 1000) : most), 0);
}

async function scene(name, act) {
	await longTasks();
	await session.browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline"] });
	const start = Date.now();
	await act();
	const seconds = (Date.now() - start) / 1000;
	const tasks = await longTasks();
	const { traceEvents } = JSON.parse((await session.browser.stopTracing()).toString());
	const figures = [seconds.toFixed(1), tasks.length, Math.round(Math.max(0, ...tasks)), Math.round(longestOnProcessor(traceEvents)), Math.round(tasks.reduce((a, b) => a + b, 0))];
	console.log(name.padEnd(42) + figures.map((figure) => String(figure).padStart(12)).join(""));
}

// The address changes without a new page, as a click on a link would have it.
async function open(path, text) {
	await page.evaluate((hash) => (window.location.hash = hash), `#${path}`);
	await page.getByText(text).first().waitFor({ timeout: 180_000 });
}

async function scrollThrough(locator) {
	for (let i = 0; i <= 20; i++) {
		await locator.evaluate((element, part) => (element.scrollTop = element.scrollHeight * part), i / 20);
		await page.waitForTimeout(30);
	}
}

async function type(locator, text) {
	await locator.focus();
	for (const letter of text) {
		await page.keyboard.type(letter);
		await page.waitForTimeout(60);
	}
}

async function selectTables() {
	const search = page.getByRole("searchbox", { name: "Search tables" });
	await scene("select: open", () => open(`/projects/${project}/tables`, /of 5,000 tables taken/));
	await scene("select: scroll", () => scrollThrough(page.getByRole("table", { name: "Tables of the source" })));
	await scene("select: search", async () => {
		await type(search, "t04");
		await search.fill("");
		await page.getByRole("table", { name: "Tables of the source" }).evaluate((element) => (element.scrollTop = 0));
	});
	await scene("select: untick one", () => page.getByRole("checkbox", { name: "Take t00003" }).click());
	await scene("select: tick all, untick all, tick all", async () => {
		for (let i = 0; i < 3; i++) await page.getByRole("checkbox", { name: /^All 5000/ }).click();
		await saved(page);
	});
	await scene("select: name a target", async () => {
		await page.getByLabel("Target of t00001", { exact: true }).fill("first");
		await page.getByLabel("Target of t00001", { exact: true }).press("Enter");
		await saved(page);
	});
	await scene("select: sort", () => page.getByRole("button", { name: "Rows, about" }).click());
	await scene("select: match by name", async () => {
		await page.getByRole("button", { name: "Match by name" }).click();
		await page.getByText(/matched with what is|no table of a like name/).waitFor({ timeout: 120_000 });
	});
}

async function mapColumns() {
	await scene("map: open", () => open(`/projects/${project}/columns`, /3 columns/));
	await scene("map: search a table", () => type(page.getByRole("searchbox", { name: "Search tables" }), "t0444"));
	await scene("map: another table", async () => {
		await page.getByRole("button", { name: /^t04440/ }).click();
		await page.getByText(/t04440/).nth(1).waitFor();
	});
	await scene("map: type a condition", async () => {
		await type(page.getByLabel("Only rows where (SQL)"), "id > 0");
		await saved(page);
		await page.waitForTimeout(1500);
	});
}

const pipeline = () => scene("pipeline: open", () => open(`/projects/${project}/pipeline`, "Lanes side by side"));

async function preview() {
	await scene("preview: open", () => open(`/projects/${project}/preview`, /^It can start/));
	for (const tab of ["Tables", "Losses and notes", "Statements", "Task graph", "Rows"]) await scene(`preview: ${tab}`, async () => {
		await page.getByRole("tab", { name: tab }).click();
		await page.waitForTimeout(500);
	});
	await page.getByRole("tab", { name: "Tables" }).click();
	await scene("preview: sort tables", () => page.getByRole("button", { name: "Other name or type" }).click());
	await scene("preview: scroll tables", () => scrollThrough(page.getByRole("table", { name: "Tables of the plan" })));
	await page.getByRole("tab", { name: "Statements" }).click();
	await scene("preview: search statements", () => type(page.getByRole("searchbox", { name: "Search statements" }), "t0444"));
}

async function monitor() {
	const { id } = await call(page, "POST", "/executions", { project_id: project });
	await scene("monitor: open", () => open(`/executions/${id}`, /^Progress of|t0/));
	await scene("monitor: 15 s of a run", async () => {
		const end = Date.now() + 15_000;
		while (Date.now() < end) {
			await scrollThrough(page.getByRole("table", { name: "Progress of tables" }));
			await page.waitForTimeout(500);
		}
	});
	await scene("monitor: log of a run", async () => {
		await page.getByRole("tab", { name: "Log" }).click();
		await page.waitForTimeout(5000);
	});
	for (let i = 0; i < 3000 && (await call(page, "GET", `/executions/${id}`)).state === "RUNNING"; i++) await page.waitForTimeout(100);
	await scene("monitor: objects", async () => {
		await page.getByRole("tab", { name: "Objects" }).click();
		await page.getByRole("table", { name: "Results of objects" }).waitFor();
		await scrollThrough(page.getByRole("table", { name: "Results of objects" }));
	});
	await scene("monitor: search tables", async () => {
		await page.getByRole("tab", { name: "Tables" }).click();
		await type(page.getByRole("searchbox", { name: "Search tables" }), "t0444");
	});
	await scene("monitor: open a second time", async () => {
		await open("/", "Dashboard");
		await open(`/executions/${id}`, "t00");
	});
	await scene("monitor: compare two", async () => open(`/executions/compare?a=${id}&b=${id}`, /largest difference/));
}

async function log() {
	const small = await makeProject(page, "Small", source, join(folder.path, "small.db"), { version: 1, select: { include: "t00001" } });
	const { id } = await call(page, "POST", "/executions", { project_id: small });
	for (let i = 0; i < 300 && (await call(page, "GET", `/executions/${id}`)).ended_at === null; i++) await page.waitForTimeout(100);
	sqlite(join(folder.path, "data", "ferry.db"), `WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < ${lines + 999})
		INSERT INTO execution_logs SELECT '${id}', i, '2026-01-01T00:00:00Z', CASE WHEN i % 5000 = 0 THEN 'error' ELSE 'info' END, 'line ' || i || ' of the log' FROM n`);
	await scene("log: open", () => open(`/executions/${id}?tab=log`, `line ${lines + 999} of the log`));
	await scene("log: back to its beginning", async () => {
		const box = page.getByRole("log");
		for (let i = 0; i < 400 && !(await page.getByText("line 1000 of the log").isVisible()); i++) {
			await box.evaluate((element) => (element.scrollTop = 0));
			await page.waitForTimeout(20);
		}
	});
	await scene("log: scroll all of it", () => scrollThrough(page.getByRole("log")));
	await scene("log: search", async () => {
		await type(page.getByRole("searchbox", { name: "Search the log" }), "line 1234 of");
		await page.getByRole("log").getByText("line 1234 of the log").waitFor();
	});
}

try {
	const many = Array.from({ length: tables }, (_, i) => `CREATE TABLE t${String(i).padStart(5, "0")} (id INTEGER PRIMARY KEY, a TEXT, b INTEGER); INSERT INTO t${String(i).padStart(5, "0")} VALUES (1, 'one', 1), (2, 'two', 2);`);
	sqlite(source, `BEGIN; ${many.join("\n")} COMMIT;`);
	server = await startFerry(join(folder.path, "data"));
	session = await startBrowser({ reducedMotion: "no-preference" });
	page = session.page;
	await page.addInitScript(() => {
		window.longTasks = [];
		new PerformanceObserver((list) => list.getEntries().forEach((entry) => window.longTasks.push(entry.duration))).observe({ type: "longtask", buffered: true });
	});
	await setUp(page, await server.setupLink());
	project = await makeProject(page, "Wide", source, join(folder.path, "target.db"));
	console.log("scene".padEnd(42) + ["seconds", "long tasks", "longest, ms", "of CPU, ms", "sum, ms"].map((head) => head.padStart(12)).join(""));
	const scenes = { select: selectTables, map: mapColumns, pipeline, preview, monitor, log };
	for (const [name, act] of Object.entries(scenes)) if (wanted.length === 0 || wanted.includes(name)) await act();
} finally {
	await session?.close();
	await server?.stop();
	folder.remove();
}
