/* The theme: the system's, unless the person chose one. public/theme.js does the same before the first paint. */
import { useSyncExternalStore } from "react";

export type ThemeChoice = "system" | "light" | "dark";

const key = "ferry-theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function isChoice(text: string | null): text is ThemeChoice {
	return text === "system" || text === "light" || text === "dark";
}

function readChoice(): ThemeChoice {
	try {
		const stored = localStorage.getItem(key);
		return isChoice(stored) ? stored : "system";
	} catch {
		return "system";
	}
}

let choice = readChoice();

function apply(): void {
	const isDark = choice === "dark" || (choice === "system" && system.matches);
	document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
	listeners.forEach((listener) => listener());
}

system.addEventListener("change", apply);

export function chooseTheme(next: ThemeChoice): void {
	choice = next;
	try {
		localStorage.setItem(key, next);
	} catch {
		// No storage: the choice holds until the page is left.
	}
	apply();
}

function subscribe(listener: () => void): () => void {
	listeners.add(listener);
	return () => listeners.delete(listener);
}

export function useThemeChoice(): ThemeChoice {
	return useSyncExternalStore(subscribe, () => choice);
}

export function useIsDark(): boolean {
	return useSyncExternalStore(subscribe, () => document.documentElement.dataset["theme"] === "dark");
}
