/** Small SVG charts as text. Colours are classes (page.ts), so that one drawing serves light and dark. */

export const escapeText = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Maps a domain to a range, linearly. */
export const scale =
  ([d0, d1]: readonly [number, number], [r0, r1]: readonly [number, number]) =>
  (value: number): number =>
    r0 + ((value - d0) / (d1 - d0 || 1)) * (r1 - r0);

/** Round values from 0 to at least `max`, about `count` of them. */
export function ticks(max: number, count: number): readonly number[] {
  const rough = max / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough)!;
  return Array.from({ length: Math.ceil(max / step - 1e-9) + 1 }, (_, i) => i * step);
}

/** Steps of the colour ramp, `ramp0` (least) to `ramp6` (most). */
const RAMP_STEPS = 7;
export const rampClass = (value: number, [low, high]: readonly [number, number]): string =>
  `ramp${Math.max(0, Math.min(RAMP_STEPS - 1, Math.floor(scale([low, high], [0, RAMP_STEPS])(value))))}`;

const n = (value: number): string => String(Math.round(value * 10) / 10);

export const svg = (width: number, height: number, title: string, content: string): string =>
  `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(title)}">${content}</svg>`;

export const label = (x: number, y: number, text: string, kind = "", anchor: "start" | "middle" | "end" = "start"): string =>
  `<text x="${n(x)}" y="${n(y)}" text-anchor="${anchor}" class="${kind}">${escapeText(text)}</text>`;

const tip = (text: string): string => `<title>${escapeText(text)}</title>`;

/** A legend of the ramp with its ends named. */
export function rampLegend(low: string, high: string): string {
  const boxes = Array.from({ length: RAMP_STEPS }, (_, i) => `<i class="ramp${i}"></i>`).join("");
  return `<p class="legend"><span>${escapeText(low)}</span>${boxes}<span>${escapeText(high)}</span></p>`;
}

export interface Cell {
  readonly row: number;
  readonly column: number;
  readonly value: number;
  readonly tip: string;
}

/** A grid of coloured cells; `domain` is where the ramp begins and ends. */
export function heatmap(
  title: string,
  rows: readonly string[],
  columns: readonly string[],
  cells: readonly Cell[],
  domain: readonly [number, number],
): string {
  const [left, top, w, h] = [44, 6, 34, 24];
  const drawn = cells.map(
    ({ row, column, value, tip: text }) =>
      `<rect x="${left + column * w}" y="${top + row * h}" width="${w - 2}" height="${h - 2}" rx="3" class="${rampClass(value, domain)}">${tip(text)}</rect>`,
  );
  const rowNames = rows.map((name, i) => label(left - 8, top + i * h + 15, name, "", "end"));
  const columnNames = columns.map((name, i) => label(left + i * w + w / 2 - 1, top + rows.length * h + 14, name, "", "middle"));
  return svg(left + columns.length * w, top + rows.length * h + 22, title, [...drawn, ...rowNames, ...columnNames].join(""));
}

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly tip: string;
}

/** A line over an area from zero, with a mark to hover on for each point. `xTicks` are positions with their names. */
export function lineChart(
  title: string,
  points: readonly Point[],
  xTicks: readonly (readonly [number, string])[],
  yText: (value: number) => string,
): string {
  const [width, height, left, bottom, top] = [900, 240, 52, 24, 10];
  const yTicks = ticks(Math.max(...points.map(({ y }) => y)), 4);
  const x = scale([points[0]!.x, points.at(-1)!.x], [left, width - 12]);
  const y = scale([0, yTicks.at(-1)!], [height - bottom, top]);
  const grid = yTicks.map(
    (value) =>
      `<line x1="${left}" x2="${width - 12}" y1="${n(y(value))}" y2="${n(y(value))}" class="grid"/>${label(left - 8, y(value) + 4, yText(value), "", "end")}`,
  );
  const names = xTicks.map(
    ([at, name]) =>
      `<line x1="${n(x(at))}" x2="${n(x(at))}" y1="${top}" y2="${height - bottom}" class="grid"/>${label(x(at) + 4, height - 8, name)}`,
  );
  const path = points.map((point) => `${n(x(point.x))},${n(y(point.y))}`).join(" ");
  const area = `<polygon points="${n(x(points[0]!.x))},${n(y(0))} ${path} ${n(x(points.at(-1)!.x))},${n(y(0))}" class="area"/>`;
  const marks = points.map((point) => `<circle cx="${n(x(point.x))}" cy="${n(y(point.y))}" r="5" class="mark">${tip(point.tip)}</circle>`);
  return svg(width, height, title, [...grid, ...names, area, `<polyline points="${path}" class="line"/>`, ...marks].join(""));
}

export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly text: string;
  readonly tip: string;
}

/** Horizontal bars, longest value at full width. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const [width, left, rowHeight] = [450, 150, 28];
  const x = scale([0, Math.max(...bars.map(({ value }) => value))], [0, width - left - 60]);
  const drawn = bars.map(({ name, value, text, tip: hover }, i) => {
    const top = i * rowHeight;
    return [
      label(left - 10, top + 18, name, "name", "end"),
      `<rect x="${left}" y="${top + 4}" width="${n(Math.max(x(value), 1))}" height="${rowHeight - 8}" rx="3" class="bar">${tip(hover)}</rect>`,
      label(left + x(value) + 8, top + 18, text),
    ].join("");
  });
  return svg(width, bars.length * rowHeight + 4, title, drawn.join(""));
}

export interface Bubble {
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly size: number;
  readonly value: number;
  readonly name?: string;
  readonly tip: string;
}

/** Bubbles at their places in the contiguous United States; equirectangular, true to scale at 38 degrees north. */
export function bubbleMap(title: string, bubbles: readonly Bubble[], domain: readonly [number, number]): string {
  const [width, height, padding] = [900, 520, 24];
  const x = scale([-125, -66.5], [padding, width - padding]);
  const perDegree = (width - 2 * padding) / (125 - 66.5) / Math.cos((38 * Math.PI) / 180);
  const y = (latitude: number) => height / 2 - (latitude - 37.2) * perDegree;
  const largest = Math.max(...bubbles.map(({ size }) => size));
  // Area stands for size; large ones are drawn first so that small ones stay visible.
  const radius = (size: number) => 3 + 21 * Math.sqrt(size / largest);
  const sorted = bubbles.toSorted((a, b) => b.size - a.size);
  const circles = sorted.map(
    (b) =>
      `<circle cx="${n(x(b.longitude))}" cy="${n(y(b.latitude))}" r="${n(radius(b.size))}" class="bubble ${rampClass(b.value, domain)}">${tip(b.tip)}</circle>`,
  );
  const names = sorted.flatMap((b) =>
    b.name ? [label(x(b.longitude), y(b.latitude) - radius(b.size) - 3, b.name, "name halo", "middle")] : [],
  );
  return svg(width, height, title, [...circles, ...names].join(""));
}
