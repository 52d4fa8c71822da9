import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "@tanstack/react-router";
import { connectionQuery, connectorsQuery } from "@/api/connections";
import type { Connection, Connector } from "@/api/types";
import { Loading, ProblemNotice } from "@/ui/notice";
import { Page } from "@/ui/page";
import { ConnectionForm } from "./connection-form";

export function ConnectionNewPage() {
	const connectors = useQuery(connectorsQuery);
	if (connectors.isPending) return <Loading />;
	if (connectors.isError) return <Page title="New connection"><ProblemNotice error={connectors.error} onRetry={() => void connectors.refetch()} /></Page>;
	return <ConnectionForm connectors={connectors.data} existing={null} changed={null} />;
}

/* What is typed stays when somebody else saves meanwhile: the person says what holds. */
function Edit({ connectors, newest }: { connectors: Connector[]; newest: Connection }) {
	const [base, setBase] = useState({ connection: newest, round: 0 });
	const changed = newest.version === base.connection.version ? null : {
		onLoad: () => setBase((old) => ({ connection: newest, round: old.round + 1 })),
		onKeep: () => setBase((old) => ({ ...old, connection: newest })),
	};
	return <ConnectionForm key={base.round} connectors={connectors} existing={base.connection} changed={changed} />;
}

export function ConnectionEditPage() {
	const { connectionId } = useParams({ from: "/connections/$connectionId/edit" });
	const connectors = useQuery(connectorsQuery);
	const connection = useQuery(connectionQuery(connectionId));
	const error = connectors.error ?? connection.error;
	if (error) return <Page title="Connection"><ProblemNotice error={error} onRetry={() => { void connectors.refetch(); void connection.refetch(); }} /></Page>;
	if (!connectors.data || !connection.data) return <Loading />;
	return <Edit key={connectionId} connectors={connectors.data} newest={connection.data} />;
}
