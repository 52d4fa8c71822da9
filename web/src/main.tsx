import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { MotionConfig } from "motion/react";
import { Tooltip } from "radix-ui";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Problem, whenSessionIsOver } from "@/api/client";
import { sessionQuery } from "@/api/session";
import { router } from "./router";
import { Toaster } from "./ui/toast";
import "./styles.css";

const client = new QueryClient({
	defaultOptions: {
		queries: {
			staleTime: 10_000,
			refetchOnWindowFocus: true,
			retry: (count, error) => count < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
		},
	},
});

/* A session that ended shows the sign-in page, whatever was being asked. */
whenSessionIsOver(() => client.setQueryData(sessionQuery.queryKey, null));

const root = document.getElementById("root");
if (root) {
	createRoot(root).render(
		<StrictMode>
			<QueryClientProvider client={client}>
				<MotionConfig reducedMotion="user">
					<Tooltip.Provider delayDuration={300}>
						<RouterProvider router={router} />
						<Toaster />
					</Tooltip.Provider>
				</MotionConfig>
			</QueryClientProvider>
		</StrictMode>,
	);
}
