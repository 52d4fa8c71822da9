import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { connectionQuery, connectorsQuery } from "@/api/connections";
import { Loading, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { ConnectionForm } from "./connection-form";

export function ConnectionNewPage() {
	const connectors = useQuery(connectorsQuery);
	if (connectors.isPending) return <Loading />;
	if (connectors.isError) return <Page title="New connection"><ProblemNotice error={connectors.error} onRetry={() => void connectors.refetch()} /></Page>;
	return <ConnectionForm connectors={connectors.data} existing={null} />;
}

export function ConnectionEditPage() {
	const { connectionId } = useParams({ from: "/connections/$connectionId/edit" });
	const connectors = useQuery(connectorsQuery);
	const connection = useQuery(connectionQuery(connectionId));
	const error = connectors.error ?? connection.error;
	if (error) return <Page title="Connection"><ProblemNotice error={error} onRetry={() => { void connectors.refetch(); void connection.refetch(); }} /></Page>;
	if (!connectors.data || !connection.data) return <Loading />;
	return <ConnectionForm key={connection.data.version} connectors={connectors.data} existing={connection.data} />;
}
