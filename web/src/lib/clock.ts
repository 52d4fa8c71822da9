/*
 * The server's time: what it has written down is measured with its own clock, since the browser's may be minutes off. The offset comes
 * from the Date header of its answers, which has whole seconds only; a difference within its blur counts as none.
 */
const blur = 2000;
let offset = 0;

export function noteServerTime(date: string | null, sent: number, received: number): void {
	const at = date === null ? NaN : Date.parse(date);
	if (Number.isNaN(at)) return;
	const difference = at + 500 - (sent + received) / 2;
	/* An answer that was long on its way, or came from a cache, says little. */
	if (received - sent > blur) return;
	offset = Math.abs(difference) > blur ? difference : 0;
}

export function serverNow(): number {
	return Date.now() + offset;
}
