/*
 * The build. `vite` alone serves with hot reload: against a running `ferry serve` when FERRY_URL names it, else against the
 * stand-in of dev/mock. The build also writes the list of files (web.gresource.xml) that meson compiles into the program.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join, relative } from "node:path";
import react from "@vitejs/plugin-react";
import tailwind from "@tailwindcss/vite";
import { defineConfig, type Plugin, type UserConfig } from "vite";

const dist = fileURLToPath(new URL("./dist", import.meta.url));

function filesBelow(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		return entry.isDirectory() ? filesBelow(path) : [path];
	});
}

function gresource(): Plugin {
	return {
		name: "ferry-gresource",
		apply: "build",
		closeBundle() {
			const files = filesBelow(dist)
				.map((path) => relative(dist, path))
				.filter((path) => path !== "web.gresource.xml")
				.sort();
			const lines = files.map((path) => {
				const compressed = /\.(woff2|png)$/.test(path) ? "" : ' compressed="true"';
				return `    <file${compressed}>${path}</file>`;
			});
			writeFileSync(
				join(dist, "web.gresource.xml"),
				`<?xml version="1.0" encoding="UTF-8"?>\n<gresources>\n  <gresource prefix="/ferry/web">\n${lines.join("\n")}\n  </gresource>\n</gresources>\n`,
			);
		},
	};
}

async function standIn(): Promise<Plugin[]> {
	if (process.env["FERRY_URL"] || process.env["VITEST"]) return [];
	const { mock } = await import("./dev/mock/plugin");
	return [mock()];
}

export default defineConfig(async ({ command }): Promise<UserConfig> => ({
	plugins: [react(), tailwind(), gresource(), ...(command === "serve" ? await standIn() : [])],
	resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
	build: { assetsInlineLimit: 0, target: "es2022", chunkSizeWarningLimit: 900, modulePreload: { polyfill: false } },
	server: {
		host: "127.0.0.1",
		proxy: process.env["FERRY_URL"] ? { "/api": { target: process.env["FERRY_URL"], changeOrigin: true } } : {},
	},
}));
