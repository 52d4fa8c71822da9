/* Gives the reader a file that was made in the page. */
export function saveFile(content: Blob, name: string): void {
	const link = document.createElement("a");
	link.href = URL.createObjectURL(content);
	link.download = name;
	link.click();
	/* The browser takes the file after the click: at once would be too early for some. */
	setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
