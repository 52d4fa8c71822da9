/* Small hooks that several features use. */
import { useEffect, useRef, useState, type RefObject } from "react";
import { serverNow } from "./clock";

export function useDebounced<T>(value: T, ms: number): T {
	const [settled, setSettled] = useState(value);
	useEffect(() => {
		const timer = setTimeout(() => setSettled(value), ms);
		return () => clearTimeout(timer);
	}, [value, ms]);
	return settled;
}

/* How many of a long list are shown, and a way to more. Begins anew with another list. */
export function useMore(step: number, list: unknown): { most: number; showMore: () => void } {
	const [shown, setShown] = useState({ list, most: step });
	const most = shown.list === list ? shown.most : step;
	return { most, showMore: () => setShown({ list, most: most + step }) };
}

/* What was given last, for handlers that shall not change with it. */
export function useLatest<T>(value: T): RefObject<T> {
	const ref = useRef(value);
	ref.current = value;
	return ref;
}

/* The server's time, again every so many milliseconds while it is wanted. */
export function useNow(ms: number, isOn = true): number {
	const [now, setNow] = useState(() => serverNow());
	useEffect(() => {
		if (!isOn) return undefined;
		const timer = setInterval(() => setNow(serverNow()), ms);
		return () => clearInterval(timer);
	}, [ms, isOn]);
	return now;
}

export function useMedia(query: string): boolean {
	const [matches, setMatches] = useState(() => matchMedia(query).matches);
	useEffect(() => {
		const list = matchMedia(query);
		const update = () => setMatches(list.matches);
		update();
		list.addEventListener("change", update);
		return () => list.removeEventListener("change", update);
	}, [query]);
	return matches;
}

export function useTitle(title: string): void {
	useEffect(() => {
		document.title = title === "Ferry" ? title : `${title} · Ferry`;
	}, [title]);
}
