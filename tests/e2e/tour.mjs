// The pictures of docs/web.md: goes the way of the tour on the built-in sample, and keeps what it sees in docs/images.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { call, choose, goOn, saved, setUp, startBrowser, startFerry, temporaryFolder } from "./harness.mjs";

const images = resolve(fileURLToPath(new URL(".", import.meta.url)), "../../docs/images");
const folder = temporaryFolder();
const server = await startFerry(join(folder.path, "data"), 0, []);
const session = await startBrowser({ viewport: { width: 1320, height: 800 }, reducedMotion: "reduce", colorScheme: "light" });
const { page } = session;

async function keep(name, options = {}) {
	await page.getByText(/^(Loading|Reading|Comparing).*…$/).first().waitFor({ state: "hidden" });
	await page.waitForTimeout(300);
	await page.screenshot({ path: join(images, `${name}.png`), ...options });
	console.log(`docs/images/${name}.png`);
}

try {
	mkdirSync(images, { recursive: true });
	await setUp(page, await server.setupLink());
	await keep("dashboard");
	const [sample] = (await call(page, "GET", "/projects")).items;
	const [source] = (await call(page, "GET", "/connections")).items.filter((c) => c.id === sample.source_connection_id);
	await page.goto(`${server.url}/#/connections/${source.id}`);
	await page.getByRole("button", { name: /^Customer/ }).click();
	await page.getByRole("tab", { name: "Rows" }).click();
	await keep("connection");
	await page.goto(`${server.url}/#/projects/${sample.id}/tables`);
	await page.getByText(/tables taken/).waitFor();
	await keep("select");
	await goOn(page, "Map columns");
	await page.getByRole("button", { name: /^Customer/ }).click();
	await page.getByRole("button", { name: /^Email, / }).click();
	await page.getByRole("button", { name: /^Email, / }).click();
	await page.getByRole("button", { name: "Add step" }).click();
	await page.getByRole("menuitem", { name: "Mask" }).click();
	await page.getByText(/\*\*\*/).first().waitFor();
	await saved(page);
	await keep("map");
	await goOn(page, "Pipeline");
	await page.getByLabel("Rows of a chunk").fill("400");
	await page.getByLabel("Read no faster than").fill("4000rows/s");
	await saved(page);
	await keep("pipeline");
	await goOn(page, "Preview and validate");
	await page.getByText(/^It can start/).waitFor();
	await choose(page, "Table", /^Customer/);
	await keep("preview");
	await goOn(page, "Execute and monitor");
	await page.getByRole("button", { name: "Start migration" }).click();
	await page.getByText("copying", { exact: true }).first().waitFor();
	await page.waitForTimeout(2500);
	await keep("monitor");
	await page.getByText("Verified", { exact: true }).waitFor({ timeout: 120_000 });
	await page.getByRole("tab", { name: "Log" }).click();
	await keep("log");
} finally {
	await session.close();
	await server.stop();
	folder.remove();
}
