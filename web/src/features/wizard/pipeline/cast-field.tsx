import type { ReactNode } from "react";
import { Panel } from "@/ui/panel";
import { splitLines } from "./lines";
import { ListArea } from "./list-area";

export function CastField({ rules, onChange, children }: { rules: string[]; onChange: (rules: string[]) => void; children?: ReactNode }) {
	return (
		<Panel title="Rules of types" bodyClassName="flex flex-col gap-4">
			<ListArea
				label="One rule a line; the first that fits decides"
				help="SOURCE-TYPE [when GUARD [and GUARD]…] to TARGET-TYPE. Also for columns by name: column orders.total to numeric(12,2)."
				placeholder={"tinyint when precision = 1 to boolean\ntable log* datetime to timestamptz"}
				items={rules}
				join={"\n"}
				split={splitLines}
				onChange={onChange}
			/>
			{children}
		</Panel>
	);
}
