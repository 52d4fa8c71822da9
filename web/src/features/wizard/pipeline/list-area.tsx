/* A text area for a list: the text stays as typed, the list is what it means. */
import { useState } from "react";
import { Field, TextArea } from "@/ui/field";

interface Props { label: string; help: string; placeholder: string; items: string[]; join: string; split: (text: string) => string[]; check?: (text: string) => string | undefined; onChange: (items: string[]) => void }

export function ListArea({ label, help, placeholder, items, join, split, check, onChange }: Props) {
	const [text, setText] = useState(items.join(join));
	const isSame = JSON.stringify(split(text)) === JSON.stringify(items);
	const shown = isSame ? text : items.join(join);
	return (
		<Field label={label} help={help} error={check?.(shown)}>
			{(control) => <TextArea {...control} value={shown} placeholder={placeholder} onChange={(event) => { setText(event.target.value); onChange(split(event.target.value)); }} />}
		</Field>
	);
}
