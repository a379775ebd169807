/** Rows in columns, the first one a heading: left-aligned, but for those of numbers (`right`). No blanks at a line's end. */
export function tableLines(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (right.has(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd(),
  );
}

/** `name  value` lines, the values below each other. */
export function fieldLines(fields: readonly (readonly [name: string, value: string | undefined])[]): readonly string[] {
  return tableLines(fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
