// Projects: two people at one project, versions, import and export, queries as sources, one source to several targets, likely columns.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, call, choose, goOn, makeChinook, makeProject, run, saved, setUp, shoot, sqlite, startBrowser, startFerry, temporaryFolder } from "./harness.mjs";

let folder, server, session, page, project, target;

before(async () => {
	folder = temporaryFolder();
	target = join(folder.path, "target.db");
	makeChinook(join(folder.path, "chinook.db"));
	sqlite(target, "CREATE TABLE Customer (CustomerId INTEGER PRIMARY KEY, GivenName TEXT, Surname TEXT, EMailAddress TEXT, PhoneNumber TEXT, FaxNumber TEXT)");
	server = await startFerry(join(folder.path, "data"));
	session = await startBrowser({ acceptDownloads: true });
	page = session.page;
	await setUp(page, await server.setupLink());
	project = await makeProject(page, "Music", join(folder.path, "chinook.db"), target);
});

after(async () => {
	await session?.close();
	await server?.stop();
	folder?.remove();
});

const document = async () => (await call(page, "GET", `/projects/${project}`)).document;

async function actions(name, item) {
	await page.getByRole("button", { name: `Actions for ${name}` }).click();
	await page.getByRole("menuitem", { name: item }).click();
}

test("two tabs that change one project are told, and one's choice counts", async () => {
	const other = await session.context.newPage();
	for (const tab of [page, other]) {
		await tab.goto(`${server.url}/#/projects/${project}/pipeline`);
		await tab.getByLabel("Lanes side by side").waitFor();
	}
	await page.getByLabel("Lanes side by side").fill("3");
	await saved(page);
	await other.getByLabel("Rows of a chunk").fill("500");
	const dialog = other.getByRole("dialog", { name: /changed by somebody else/ });
	await dialog.getByText("the option lanes").waitFor();
	await dialog.getByText("the option chunk rows").waitFor();
	await dialog.getByText(/ada saved version \d+/).waitFor();
	assert.deepEqual(await axe(other), []);
	await shoot(other, "conflict-1440-light");
	await dialog.getByRole("button", { name: "Decide later" }).click();
	await other.getByText("Not saved: changed by somebody else").waitFor();
	assert.deepEqual((await document()).options, { lanes: 3 });
	await other.getByRole("button", { name: "Decide" }).click();
	await dialog.getByRole("button", { name: "Keep mine" }).click();
	await saved(other);
	assert.deepEqual((await document()).options, { chunk_rows: 500 });
	await page.getByLabel("Tries again").fill("2");
	await page.getByRole("button", { name: "Load theirs" }).click();
	await saved(page);
	assert.equal(await page.getByLabel("Rows of a chunk").inputValue(), "500");
	assert.equal(await page.getByLabel("Tries again").inputValue(), "");
	await other.close();
});

test("an older version is made the newest", async () => {
	await page.goto(`${server.url}/#/projects`);
	await actions("Music", "Versions");
	const list = page.getByRole("dialog");
	await list.getByText("current").waitFor();
	assert.deepEqual(await axe(page), []);
	const row = list.getByRole("listitem").filter({ hasText: /^2/ });
	await row.getByRole("button", { name: "Restore" }).click();
	await page.getByText(/^Version 2 is current again/).waitFor();
	assert.deepEqual((await document()).options, { lanes: 3 });
});

test("a project is renamed, exported and imported", async () => {
	await actions("Music", "Rename");
	await page.getByRole("dialog").getByLabel("Name").fill("Music box");
	assert.deepEqual(await axe(page), []);
	await page.getByRole("button", { name: "Rename" }).click();
	await page.getByRole("link", { name: "Music box", exact: true }).waitFor();
	const file = join(folder.path, "box.yaml");
	const [download] = await Promise.all([page.waitForEvent("download"), actions("Music box", "Export as YAML")]);
	await download.saveAs(file);
	assert.match(readFileSync(file, "utf8"), /lanes: 3/);
	writeFileSync(file, readFileSync(file, "utf8").replace("lanes: 3", "lanes: 5"));
	await page.getByLabel("Project file").setInputFiles(file);
	await page.getByText(/is imported/).waitFor();
	writeFileSync(file, "version: 1\ntabels: []\n");
	await page.getByLabel("Project file").setInputFiles(file);
	await page.getByText(/tabels/).waitFor();
	const all = (await call(page, "GET", "/projects")).items;
	assert.deepEqual(all.map((p) => p.document.options?.lanes).sort(), [3, 5]);
	const copy = all.find((p) => p.id !== project);
	await actions(copy.name, "Delete");
	assert.deepEqual(await axe(page), []);
	await page.getByRole("button", { name: "Delete project" }).click();
	await page.getByRole("button", { name: `Actions for ${copy.name}` }).waitFor({ state: "detached" });
});

test("a query becomes a table: tried, kept, mapped and edited", async () => {
	await page.goto(`${server.url}/#/projects/${project}/tables`);
	await page.getByRole("button", { name: "Add query" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("Name").fill("Artist");
	await dialog.getByText("A table or another query has this name.").waitFor();
	await dialog.getByLabel("Name").fill("AlbumsOfArtist");
	await dialog.getByLabel("SELECT").fill("SELEC 1");
	await dialog.getByRole("button", { name: "Try it" }).click();
	await dialog.getByRole("alert").filter({ hasText: "SELEC" }).waitFor();
	await dialog.getByLabel("SELECT").fill("SELECT ArtistId, count(*) AS n FROM Album GROUP BY ArtistId;");
	await dialog.getByLabel("Key").fill("ArtistId");
	await dialog.getByRole("button", { name: "Try it" }).click();
	await dialog.getByRole("region", { name: "First rows of the query" }).waitFor();
	assert.deepEqual(await axe(page), []);
	await shoot(page, "query-1440-light");
	await dialog.getByRole("button", { name: "Add query" }).click();
	await page.getByText("12 of 12 tables taken").waitFor();
	await page.getByLabel("Target of AlbumsOfArtist").fill("albums_of_artist");
	await page.getByLabel("Target of AlbumsOfArtist").press("Enter");
	await page.getByRole("button", { name: "Edit query AlbumsOfArtist" }).click();
	await page.getByRole("dialog").getByLabel("SELECT").fill("SELECT ArtistId, count(*) AS n FROM Album GROUP BY ArtistId HAVING count(*) > 3");
	await page.getByRole("button", { name: "Keep query" }).click();
	await saved(page);
	await goOn(page, "Map columns");
	await page.getByRole("button", { name: /^AlbumsOfArtist/ }).click();
	await page.getByRole("button", { name: /^n, / }).click();
	await page.getByLabel("Goes to").fill("albums");
	await page.getByLabel("Goes to").press("Enter");
	await page.getByRole("columnheader", { name: /^albums/ }).waitFor();
	await saved(page);
	const [entry] = (await document()).tables;
	assert.deepEqual(entry, { source: "AlbumsOfArtist", query: "SELECT ArtistId, count(*) AS n FROM Album GROUP BY ArtistId HAVING count(*) > 3", key: ["ArtistId"], target: "albums_of_artist", columns: [{ source: "n", target: "albums" }] });
});

test("columns of a like name are found in a table that is there", async () => {
	await page.getByRole("button", { name: /^Customer/ }).click();
	await page.getByText(/columns? of a like name/).waitFor();
	await shoot(page, "suggestions-1440-light");
	await page.getByRole("button", { name: /^Email, / }).click();
	await page.getByText(/^EMailAddress has a like name \(\d+%\)/).waitFor();
	await page.getByRole("button", { name: "Draw the line", exact: true }).click();
	await page.getByRole("button", { name: /^Draw (it|all of them)/ }).click();
	await saved(page);
	const entry = (await document()).tables.find((t) => t.source.endsWith("Customer"));
	const to = Object.fromEntries(entry.columns.map((c) => [c.source, c.target]));
	assert.equal(to.Email, "EMailAddress");
	assert.equal(to.Phone, "PhoneNumber");
	assert.equal(to.Fax, "FaxNumber");
});

test("one source goes to two targets, each with its own rows", async () => {
	await page.goto(`${server.url}/#/projects/${project}/tables`);
	await page.getByRole("button", { name: "One more target for Genre" }).click();
	await page.getByLabel("Target of Genre").nth(1).fill("Genre_old");
	await page.getByLabel("Target of Genre").nth(1).press("Enter");
	// The table that is there already has too few columns for the customers: they stay out.
	await page.getByRole("checkbox", { name: "Take Customer" }).click();
	await saved(page);
	await goOn(page, "Map columns");
	await page.getByRole("button", { name: /^Genre to Genre_old/ }).click();
	await page.getByLabel("Only rows where (SQL)").fill("GenreId < 4");
	await page.getByRole("button", { name: /^Name, / }).click();
	await page.getByRole("button", { name: "Add step" }).click();
	await page.getByRole("menuitem", { name: "Upper case" }).click();
	await page.getByText("ROCK", { exact: true }).waitFor();
	await saved(page);
	await page.goto(`${server.url}/#/projects/${project}/preview`);
	await choose(page, "Table", /Genre → .*Genre_old/);
	await page.getByText("JAZZ", { exact: true }).waitFor();
	await choose(page, "Table", /^Genre$/);
	await page.getByText("JAZZ", { exact: true }).waitFor({ state: "detached" });
});

test("it runs as it was drawn", async () => {
	const id = await run(page, project);
	await page.goto(`${server.url}/#/executions/${id}`);
	await page.getByText("Verified", { exact: true }).waitFor();
	assert.equal(sqlite(target, "SELECT group_concat(Name) FROM Genre_old; SELECT count(*) FROM Genre; SELECT count(*) > 0 FROM albums_of_artist WHERE albums > 3; SELECT count(*) FROM albums_of_artist WHERE albums < 4"), "ROCK,JAZZ,METAL\n25\n1\n0");
});

test("a query is taken out again", async () => {
	await page.goto(`${server.url}/#/projects/${project}/tables`);
	await page.getByRole("button", { name: "Remove query AlbumsOfArtist" }).click();
	await page.getByText(/of 11 tables taken/).waitFor();
	await saved(page);
	assert.equal((await document()).tables.some((t) => t.query), false);
});

test("a project is saved as a template, and a new one begins with it", async () => {
	const source = await document();
	await page.goto(`${server.url}/#/projects`);
	await actions("Music box", "Save as template");
	const saving = page.getByRole("dialog", { name: "Save Music box as a template" });
	await saving.getByLabel("Name").fill("As for music");
	await saving.getByLabel("Description").fill("what was learned");
	assert.deepEqual(await axe(page), []);
	await saving.getByRole("button", { name: "Save template" }).click();
	await page.getByText("New projects can begin with As for music").waitFor();
	await page.goto(`${server.url}/#/projects?new=true`);
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("Name").fill("Begun with it");
	await page.getByRole("combobox", { name: "Start from" }).click();
	await page.getByRole("option", { name: "MySQL to PostgreSQL: staging swap" }).waitFor();
	await page.getByRole("option", { name: "As for music" }).click();
	await dialog.getByText("what was learned").waitFor();
	await choose(page, "Source", /Music: source/);
	assert.deepEqual(await axe(page), []);
	await shoot(page, "project-new-template-1440-light");
	await dialog.getByRole("button", { name: "Create project" }).click();
	await page.getByRole("heading", { name: "Select tables" }).waitFor();
	const made = (await call(page, "GET", "/projects")).items.find((p) => p.name === "Begun with it");
	assert.deepEqual(made.document, source);
	assert.equal(made.target_connection_id, null);
});

test("templates are looked at, edited, begun with and deleted", async () => {
	await page.goto(`${server.url}/#/projects`);
	await page.getByRole("link", { name: "Templates" }).click();
	await page.getByRole("heading", { name: "Templates", level: 1 }).waitFor();
	await actions("Oracle to PostgreSQL: lower-case names", "Show document");
	const shown = page.getByRole("dialog");
	await shown.getByText(/"identifiers": "lower"/).waitFor();
	assert.deepEqual(await axe(page), []);
	await page.keyboard.press("Escape");
	await page.getByRole("button", { name: "Actions for Oracle to PostgreSQL: lower-case names" }).click();
	assert.equal(await page.getByRole("menuitem", { name: /Edit|Delete/ }).count(), 0);
	await page.keyboard.press("Escape");
	await actions("As for music", "Edit");
	const editing = page.getByRole("dialog", { name: "Edit As for music" });
	await editing.getByLabel("Name").fill("Structure only");
	await editing.getByRole("button", { name: "Save template" }).click();
	await editing.getByText('there is a template "Structure only" already').waitFor();
	await editing.getByLabel("Name").fill("As for albums");
	await editing.getByLabel("Description").fill("what was forgotten");
	assert.deepEqual(await axe(page), []);
	await editing.getByRole("button", { name: "Save template" }).click();
	await page.getByText("what was forgotten").waitFor();
	await shoot(page, "templates-1440-light");
	await page.getByRole("link", { name: "New project from As for albums" }).click();
	const dialog = page.getByRole("dialog", { name: "New project" });
	await dialog.getByRole("combobox", { name: "Start from" }).getByText("As for albums").waitFor();
	await page.keyboard.press("Escape");
	await page.getByRole("link", { name: "Templates" }).click();
	await actions("As for albums", "Delete");
	assert.deepEqual(await axe(page), []);
	await page.getByRole("button", { name: "Delete template" }).click();
	await page.getByText("As for albums").first().waitFor({ state: "detached" });
	assert.equal((await call(page, "GET", "/templates")).items.some((t) => !t.is_built_in), false);
});

test("every option of the document has its place", async () => {
	const { id } = (await call(page, "GET", "/projects")).items.find((p) => p.name === "Begun with it");
	const now = async () => (await call(page, "GET", `/projects/${id}`)).document;
	await page.goto(`${server.url}/#/projects/${id}/pipeline`);
	await page.getByLabel("Schemas that are called otherwise").fill("main: music\nhalf");
	await page.getByRole("switch", { name: "Load beside, then swap" }).click();
	await page.getByLabel("Schema to load into").fill("beside");
	await choose(page, "Other workers that may copy chunks of it", /^Any worker/);
	await page.getByLabel("Name a lane that stands still after").fill("60");
	await choose(page, "The source's snapshot is lost", /^Begin again/);
	await choose(page, "Empty text, into Oracle", /^Reject/);
	await page.getByRole("switch", { name: "Look at what numbers hold" }).click();
	assert.deepEqual(await axe(page), []);
	await saved(page);
	const document = await now();
	assert.deepEqual(document.schemas, { main: "music" });
	const { staging, staging_schema, helpers, stall_seconds, snapshot_lost, number_scan, bad_values } = document.options;
	assert.deepEqual({ staging, staging_schema, helpers, stall_seconds, snapshot_lost, number_scan, bad_values }, { staging: true, staging_schema: "beside", helpers: "any", stall_seconds: 60, snapshot_lost: "restart", number_scan: true, bad_values: { "empty-text": "reject" } });
});

test("a table has options of its own", async () => {
	const { id } = (await call(page, "GET", "/projects")).items.find((p) => p.name === "Begun with it");
	await page.goto(`${server.url}/#/projects/${id}/columns?entry=Invoice`);
	await page.getByRole("button", { name: "Table options" }).click();
	const dialog = page.getByRole("dialog", { name: /^Options of .*Invoice$/ });
	await dialog.getByLabel("Key").fill("InvoiceId, CustomerId");
	await dialog.getByLabel("Cursor column").fill("InvoiceDate");
	await dialog.getByLabel("Rejected rows at most").fill("5%");
	await dialog.getByRole("button", { name: "Add check" }).click();
	assert.equal(await dialog.getByRole("button", { name: "Keep" }).isDisabled(), true);
	await dialog.getByLabel("Name", { exact: true }).fill("total is positive");
	await dialog.getByLabel("True for every good row (SQL)").fill("Total > 0");
	await choose(page, "A row that fails", "Reject the row");
	await dialog.getByLabel("On the target, after the load").fill("ANALYZE");
	assert.deepEqual(await axe(page), []);
	await shoot(page, "table-options-1440-light");
	await dialog.getByRole("button", { name: "Keep" }).click();
	await saved(page);
	const entry = (await call(page, "GET", `/projects/${id}`)).document.tables.find((t) => t.source.endsWith("Invoice"));
	assert.deepEqual({ ...entry, source: "Invoice" }, { source: "Invoice", key: ["InvoiceId", "CustomerId"], cursor: "InvoiceDate", max_rejects: "5%", checks: [{ name: "total is positive", expression: "Total > 0", action: "reject" }], hooks: { target_after: entry.hooks.target_after } });
	assert.equal([entry.hooks.target_after].flat()[0], "ANALYZE");
	await page.getByRole("button", { name: "Table options" }).click();
	await dialog.getByRole("button", { name: "Remove check 1" }).click();
	await dialog.getByRole("button", { name: "Keep" }).click();
	await page.getByText("Saved", { exact: true }).waitFor();
});

test("nothing complained", () => assert.deepEqual(session.complaints, []));
