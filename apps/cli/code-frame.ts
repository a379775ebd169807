/** A place in a source file; line and column count from 1. */
export interface SourcePlace {
  /** A path or a file URL. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const LINES_AROUND = 2;
/** Longer lines are cut: a frame is to be read in a terminal. */
const MAX_WIDTH = 160;

/** Reads `file:line:column` or `file:line`; undefined for other text. */
export function parsePlace(text: string): SourcePlace | undefined {
  const match = /^([^:].*?):(\d+)(?::(\d+))?$/.exec(text);
  return match ? { file: match[1]!, line: Number(match[2]), column: Number(match[3] ?? 1) } : undefined;
}

/** The place's line between its neighbours, with a mark below the column; undefined where the source has no such line. */
export function codeFrame(source: string, { line, column }: SourcePlace): string | undefined {
  const lines = source.split(/\r?\n/);
  if (line < 1 || line > lines.length) return undefined;
  const first = Math.max(1, line - LINES_AROUND);
  const last = Math.min(lines.length, line + LINES_AROUND);
  const width = String(last).length;
  const gutter = (text: string, mark: string) => `${mark} ${text.padStart(width)} | `;
  const framed: string[] = [];
  for (let n = first; n <= last; n += 1) {
    const text = lines[n - 1]!.replaceAll("\t", " ");
    framed.push(`${gutter(String(n), n === line ? ">" : " ")}${text.slice(0, MAX_WIDTH)}`.trimEnd());
    if (n === line && column <= MAX_WIDTH) framed.push(`${gutter("", " ")}${" ".repeat(Math.max(0, column - 1))}^`);
  }
  return framed.join("\n");
}
