/* The door: who is not signed in sees set-up or sign-in, whatever the address is. */
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { sessionQuery, setupQuery } from "@/api/session";
import { FrontPage } from "@/features/session/front-page";
import { SetupPage } from "@/features/session/setup-page";
import { SignInPage } from "@/features/session/sign-in-page";
import { Loading, ProblemNotice } from "@/ui/notice";
import { Shell } from "./shell";

export function Gate() {
	const { pathname } = useLocation();
	const session = useQuery(sessionQuery);
	const isOut = session.data === null;
	const setup = useQuery({ ...setupQuery, enabled: isOut });
	if (session.isPending || (isOut && setup.isPending)) return <Loading className="h-dvh" />;
	if (session.isError) return <FrontPage title="Ferry does not answer"><ProblemNotice error={session.error} onRetry={() => void session.refetch()} /></FrontPage>;
	if (session.data) return <Shell />;
	if (pathname === "/setup" || setup.data?.is_needed) return <SetupPage />;
	return <SignInPage />;
}
