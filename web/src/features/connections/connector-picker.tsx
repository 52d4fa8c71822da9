/* Which system: one of the connectors. */
import { Database, FileText } from "@/ui/icons";
import { RadioGroup } from "radix-ui";
import type { Connector } from "@/api/types";

function roleOf(connector: Connector): string {
	if (connector.is_source && connector.is_target) return "source and target";
	return connector.is_source ? "source" : "target";
}

interface Props { connectors: Connector[]; value: string; onChange: (name: string) => void; mayUseFiles: boolean }

export function ConnectorPicker({ connectors, value, onChange, mayUseFiles }: Props) {
	return (
		<RadioGroup.Root value={value} onValueChange={onChange} aria-label="System" className="grid gap-2 sm:grid-cols-2">
			{connectors.map((connector) => (
				<RadioGroup.Item
					key={connector.name}
					value={connector.name}
					disabled={connector.is_file && !mayUseFiles}
					className="flex items-start gap-3 rounded-panel border bg-surface p-3 text-left hover:border-line-strong disabled:cursor-not-allowed disabled:bg-sunken disabled:hover:border-line data-[state=checked]:border-brand data-[state=checked]:bg-brand-soft [&_svg]:mt-0.5 [&_svg]:size-5 [&_svg]:shrink-0 [&_svg]:text-brand-text"
				>
					{connector.is_file ? <FileText aria-hidden /> : <Database aria-hidden />}
					<span className="min-w-0">
						<span className="block text-sm font-medium">{connector.title}</span>
						<span className="block text-xs text-muted">{connector.is_file && !mayUseFiles ? "for administrators only here" : `${connector.versions}; ${roleOf(connector)}`}</span>
					</span>
				</RadioGroup.Item>
			))}
		</RadioGroup.Root>
	);
}
