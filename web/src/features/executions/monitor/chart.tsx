/* A line over time. */
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatClock } from "@/lib/format";
import { useIsDark } from "@/lib/theme";

interface ChartProps { label: string; times: number[]; values: number[]; colour: "--brand" | "--teal"; format: (value: number) => string }

const height = 150;

function colourOf(name: string): string {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function optionsOf(width: number, colour: string, format: (value: number) => string): uPlot.Options {
	const axis = { stroke: colourOf("--muted"), grid: { stroke: colourOf("--line"), width: 1 }, ticks: { show: false }, font: "11px 'Plex Sans', sans-serif" };
	return {
		width,
		height,
		legend: { show: false },
		cursor: { y: false, points: { size: 6 } },
		scales: { y: { range: (_self, _min, max) => [0, Math.max(1, (max ?? 0) * 1.1)] } },
		axes: [{ ...axis, size: 28, space: 70, incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400], values: (_self, ticks) => ticks.map((tick) => formatClock(new Date(tick * 1000).toISOString())) }, { ...axis, size: 58, values: (_self, ticks) => ticks.map(format) }],
		series: [{}, { stroke: colourOf(colour), width: 2, points: { show: false } }],
	};
}

export function Chart({ label, times, values, colour, format }: ChartProps) {
	const box = useRef<HTMLDivElement>(null);
	const plot = useRef<uPlot | null>(null);
	const isDark = useIsDark();
	const data = useRef<uPlot.AlignedData>([times, values]);
	data.current = [times, values];
	useEffect(() => {
		const element = box.current;
		if (!element) return undefined;
		plot.current = new uPlot(optionsOf(element.clientWidth, colour, format), data.current, element);
		const observer = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
		observer.observe(element);
		return () => {
			observer.disconnect();
			plot.current?.destroy();
			plot.current = null;
		};
	}, [colour, format, isDark]);
	useEffect(() => plot.current?.setData([times, values]), [times, values]);
	const last = values.at(-1);
	return (
		<figure className="min-w-0 rounded-panel border bg-surface p-3">
			<figcaption className="mb-1 flex justify-between text-[13px]"><span className="font-medium">{label}</span><span className="text-muted">{last === undefined ? "" : format(last)}</span></figcaption>
			<div ref={box} role="img" aria-label={`${label}: ${last === undefined ? "no figures yet" : `now ${format(last)}, at most ${format(Math.max(...values))}`}`} style={{ height }} className="overflow-hidden" />
		</figure>
	);
}
