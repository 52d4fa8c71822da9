export function SelectPage() {
	return null;
}
