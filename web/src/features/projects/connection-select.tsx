import type { Connection, Connector } from "@/api/types";
import { Field } from "@/ui/field";
import { Select } from "@/ui/select";

interface Props { label: string; role: "source" | "target"; value: string; onChange: (id: string) => void; connections: Connection[] | undefined; connectors: Connector[] | undefined; help?: string; isDisabled?: boolean }

/* A connection that can play the role; the others are shown, but cannot be chosen. */
export function ConnectionSelect({ label, role, value, onChange, connections = [], connectors = [], help, isDisabled }: Props) {
	const choices = connections.map((connection) => {
		const connector = connectors.find((c) => c.name === connection.connector);
		const isAble = !connector || (role === "source" ? connector.is_source : connector.is_target);
		return { value: connection.id, label: connection.name, help: isAble ? connection.url : `${connector.title} cannot be a ${role} yet`, isDisabled: !isAble };
	});
	return (
		<Field label={label} help={help}>
			{(control) => <Select {...control} value={value} onChange={onChange} choices={choices} placeholder={connections.length ? "Choose a connection…" : "No connection yet"} isDisabled={isDisabled} />}
		</Field>
	);
}
