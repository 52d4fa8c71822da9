/* Values that the target could not hold, by kind, over all tables; once the run has ended. */
import { useQuery } from "@tanstack/react-query";
import { tableProgressQuery } from "@/api/executions";
import { badValuesText, sumBadValues } from "@/lib/bad-values";
import { Notice } from "@/ui/notice";

export function BadValuesNotice({ executionId }: { executionId: string }) {
	const tables = useQuery(tableProgressQuery(executionId));
	const sum = sumBadValues(tables.data ?? []);
	if (Object.keys(sum).length === 0) return null;
	return <Notice tone="warn" title={`Values that the target could not hold: ${badValuesText(sum)}`}>What became of them is said in the step Pipeline; the tables tell how many each had.</Notice>;
}
