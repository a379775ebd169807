const BYTE_UNITS = ["B", "KB", "MB", "GB", "TB", "PB"] as const;
const COUNT_UNITS = ["", " K", " M", " G", " T"] as const;

/** `13.5 MB`; steps of 1,024. */
export const bytesText = (bytes: number): string =>
  scaled(
    bytes,
    1024,
    BYTE_UNITS.map((unit) => ` ${unit}`),
  );

/** `950`, `12.3 K`, `3.0 M`; steps of 1,000. */
export const countText = (count: number): string => scaled(count, 1000, COUNT_UNITS);

/** `35 ms`, `1.4 s`, `2 min 05 s`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

/** `1 task`, `2 tasks`. */
export const plural = (count: number, noun: string): string => `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;

function scaled(value: number, step: number, units: readonly string[]): string {
  let rest = value;
  let unit = 0;
  while (rest >= step && unit < units.length - 1) {
    rest /= step;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(rest) : rest.toFixed(1)}${units[unit]}`;
}
