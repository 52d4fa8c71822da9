import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { MotionConfig } from "motion/react";
import { Tooltip } from "radix-ui";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Problem } from "@/api/client";
import { sessionQuery } from "@/api/session";
import { router } from "./router";
import { Toaster } from "./ui/toast";
import "./styles.css";

/* A session that ended shows the sign-in page, whatever was being asked. */
function onError(error: Error): void {
	if (error instanceof Problem && error.status === 401 && error.code !== "bad_credentials") client.setQueryData(sessionQuery.queryKey, null);
}

const client = new QueryClient({
	queryCache: new QueryCache({ onError }),
	mutationCache: new MutationCache({ onError }),
	defaultOptions: {
		queries: {
			staleTime: 10_000,
			refetchOnWindowFocus: true,
			retry: (count, error) => count < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
		},
	},
});

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
