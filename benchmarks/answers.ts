type Rows = readonly (readonly string[])[];

/** DuckDB averages and divides decimals as doubles; Spark keeps decimals. */
const RELATIVE = 1e-9;

/** The first difference between two answers in words, or undefined where they agree. */
export function difference(expected: Rows, actual: Rows): string | undefined {
  if (expected.length !== actual.length) return `${actual.length} rows instead of ${expected.length}`;
  for (const [i, row] of expected.entries()) {
    const other = actual[i]!;
    const column = row.findIndex((value, j) => !sameValue(value, other[j] ?? ""));
    if (column >= 0 || row.length !== other.length) return `row ${i + 1}: ${other.join(", ")} instead of ${row.join(", ")}`;
  }
  return undefined;
}

const sameValue = (a: string, b: string): boolean => a === b || sameNumber(a, b);

/** Equal up to rounding: relatively, or by half a unit of the last digit that the shorter text has. */
function sameNumber(a: string, b: string): boolean {
  const [x, y] = [Number(a), Number(b)];
  if (a.trim() === "" || b.trim() === "" || !Number.isFinite(x) || !Number.isFinite(y)) return false;
  const digits = Math.min(fractionDigits(a), fractionDigits(b));
  const rounding = digits >= 4 ? 0.500001 * 10 ** -digits : 0;
  return Math.abs(x - y) <= Math.max(RELATIVE * Math.max(Math.abs(x), Math.abs(y)), rounding);
}

const fractionDigits = (text: string): number => (text.split(".")[1] ?? "").length;
