/** What doctests.py says of a docstring. */
export interface Outcome {
  readonly name: string;
  readonly examples: number;
  readonly failed: number;
  readonly first: Failure | null;
}

export type Failure =
  | { readonly kind: "output"; readonly source: string; readonly want: string; readonly got: string }
  | {
      readonly kind: "exception";
      readonly source: string;
      readonly want: string;
      readonly got: string;
      readonly type: string;
      readonly condition: string | null;
      readonly at: string;
    };

const LONGEST = 110;

/** What a failure has in common with others: the error's condition and what it names, or how the output differs. */
export function causeOf(failure: Failure): string {
  if (failure.kind === "exception") {
    const text = failure.got.trim().split("\n")[0]!;
    // What the condition says comes behind it; SQLSTATE and the place of the query tell failures of one cause apart.
    const said = text.replace(/^.*?\[[A-Z_0-9.]+\]\s*/, "").replace(/\s*SQLSTATE.*$/, "");
    return clipped(`${failure.condition ?? failure.type}: ${said}`);
  }
  const [want, got] = [linesOf(failure.want), linesOf(failure.got)];
  if (got.length === want.length && sorted(got) === sorted(want)) return "the same lines in another order";
  const at = want.findIndex((line, i) => line !== got[i]);
  if (at < 0) return clipped(`more lines than wanted: ${got[want.length]}`);
  const isHeader = want[at - 1]?.startsWith("+-") && want[at + 1]?.startsWith("+-");
  if (isHeader && got[at]?.startsWith("|")) return clipped(`column names: wanted ${want[at]} got ${got[at]}`);
  return clipped(`wanted ${want[at]} got ${got[at] ?? "nothing"}`);
}

const clipped = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text);
const sorted = (lines: readonly string[]): string => [...lines].sort().join("\n");
/** Lines as doctest compares them: without regard to blanks. */
const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim().replace(/\s+/g, " "))
    .filter((line) => line !== "");
