/* Search, what is shown, names in the target, and matching by name. */
import { FileCode, Wand2 } from "@/ui/icons";
import { Button } from "@/ui/button";
import { Search } from "@/ui/search";
import { Select } from "@/ui/select";
import { Segmented } from "@/ui/toggle";

export type Shown = "all" | "chosen" | "left";

interface Props {
	search: string; onSearch: (text: string) => void;
	shown: Shown; onShown: (shown: Shown) => void;
	names: "keep" | "lower" | "snake"; onNames: (names: "keep" | "lower" | "snake") => void;
	onMatch: () => void; isMatching: boolean; canMatch: boolean;
	onQuery: () => void; mayEdit: boolean;
}

const namings = [
	{ value: "keep", label: "Names as they are" },
	{ value: "lower", label: "Lower case", help: "OrderItem becomes orderitem" },
	{ value: "snake", label: "Snake case", help: "OrderItem becomes order_item" },
];

export function Toolbar({ search, onSearch, shown, onShown, names, onNames, onMatch, isMatching, canMatch, onQuery, mayEdit }: Props) {
	return (
		<div className="flex flex-wrap items-center gap-2 border-b p-3">
			<Search label="Search tables" value={search} onChange={onSearch} className="min-w-40 flex-1" />
			<Segmented label="Tables shown" value={shown} onChange={onShown} choices={[{ value: "all", label: "All" }, { value: "chosen", label: "Taken" }, { value: "left", label: "Left out" }]} />
			<Select aria-label="Names in the target" className="w-44" isDisabled={!mayEdit} value={names} onChange={(value) => onNames(value as Props["names"])} choices={namings} />
			{mayEdit && <Button onClick={onMatch} isBusy={isMatching} disabled={!canMatch}><Wand2 aria-hidden />Match by name</Button>}
			{mayEdit && <Button onClick={onQuery}><FileCode aria-hidden />Add query</Button>}
		</div>
	);
}
