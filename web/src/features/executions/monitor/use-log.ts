/* A feed of the log for a component: a new one where execution, level or search change. */
import { useCallback, useEffect, useRef, useState } from "react";
import { fetchLogs } from "@/api/executions";
import { listenToLog } from "@/api/live";
import { emptyLog, LogFeed, type LogFilter } from "./log-feed";

export function useLog(id: string, { level, search }: LogFilter) {
	const [state, setState] = useState(emptyLog);
	const current = useRef<LogFeed | null>(null);

	useEffect(() => {
		const feed = new LogFeed((page, signal) => fetchLogs(id, page, signal), { level, search }, setState);
		current.current = feed;
		setState(emptyLog);
		void feed.loadNewest();
		const stop = listenToLog(id, { onBegin: () => void feed.loadNewest(), onLines: (lines) => feed.add(lines) });
		return () => {
			current.current = null;
			feed.close();
			stop();
		};
	}, [id, level, search]);

	const loadOlder = useCallback(() => current.current?.loadOlder(), []);
	return { ...state, loadOlder };
}
