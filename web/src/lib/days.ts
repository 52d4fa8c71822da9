/*
 * Days of the calendar as moments, in the zone of the browser, which is that of all times that are shown. A text that is no day stays
 * as it is: the server says what is wrong with it.
 */
function midnight(day: string, daysLater: number): string {
	const at = new Date(`${day}T00:00`);
	if (Number.isNaN(at.getTime())) return day;
	/* Not 24 hours: clocks are put forward and back. */
	at.setDate(at.getDate() + daysLater);
	return at.toISOString();
}

export function startOfDay(day: string): string {
	return midnight(day, 0);
}

export function startOfNextDay(day: string): string {
	return midnight(day, 1);
}
