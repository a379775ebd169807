import { deserializeError, ExecutionError, FirecrestError, RetryableError } from "../errors.ts";

/** Turns what DuckDB throws into Firecrest's errors: Spark's condition where it is known, the kernel's own words where not. */
export function kernelError(thrown: unknown): FirecrestError {
  if (thrown instanceof FirecrestError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return raisedByUs(thrown, message) ?? matched(thrown, message) ?? new ExecutionError("INTERNAL_ERROR", { message }, { cause: thrown });
}

/** What `raise` and native-function.ts put into a statement. */
function raisedByUs(cause: unknown, message: string): FirecrestError | undefined {
  const start = message.indexOf("FIRECREST:{");
  if (start < 0) return undefined;
  const text = message.slice(start + "FIRECREST:".length);
  const parsed = JSON.parse(text.slice(0, endOfObject(text))) as Record<string, unknown>;
  if (typeof parsed.messageParameters === "object") return deserializeError(parsed as never, cause);
  const { condition, at: _, ...parameters } = parsed as Record<string, string | null>;
  return new ExecutionError(condition!, Object.fromEntries(Object.entries(parameters).map(([k, v]) => [k, v ?? "NULL"])), { cause });
}

/** Where the JSON object at the start of a text ends; DuckDB may add its own words behind. */
function endOfObject(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted && c === "\\") i++;
    else if (c === '"') quoted = !quoted;
    else if (!quoted && c === "{") depth++;
    else if (!quoted && c === "}" && --depth === 0) return i + 1;
  }
  return text.length;
}

const ANSI_CONFIG = '"spark.sql.ansi.enabled"';

const patterns: readonly (readonly [RegExp, (match: RegExpMatchArray) => FirecrestError])[] = [
  [
    /Out of Memory Error|could not allocate|failed to (?:pin|allocate|offload) (?:data )?block/i,
    (m) => new RetryableError("TASK_OUT_OF_MEMORY", { detail: firstLine(m.input!) }),
  ],
  [/No space left on device/i, (m) => new ExecutionError("DISK_FULL", { detail: firstLine(m.input!) })],
  [/Overflow in (addition|subtraction|multiplication) of DECIMAL\((\d+)\) \((-?\d+) . (-?\d+)\)/, decimalOverflow],
  [/Overflow in (?:division|modulo)/, () => overflow("Overflow in integral divide", "try_divide")],
  [/Overflow in (addition|subtraction|multiplication) of INT(?:8|16) \((-?\d+) . (-?\d+)\)/, narrowOverflow],
  [
    /Overflow in (addition|subtraction|multiplication)/,
    (m) => overflow(`${TYPE_WORD[integerKind(m.input!)] ?? "numeric"} overflow`, TRYING[m[1]!]!.name),
  ],
  [
    /(?:Date|Timestamp|date) out of range|Date and time not in timestamp range|ICU date overflows timestamp range/,
    (m) => dateOverflow(m.input!),
  ],
  [/Overflow in negation|Overflow on abs|Overflow in/, () => overflow("integer overflow", "")],
  [
    /Type INT(\d+) with value (-?\d+) can't be cast because the value is out of range for the destination type INT(\d+)/,
    ([, from, value, to]) =>
      new ExecutionError("CAST_OVERFLOW", {
        value: `${value}${LITERAL_SUFFIX[from!] ?? ""}`,
        sourceType: `"${SQL_INTEGER[from!] ?? "INT"}"`,
        targetType: `"${SQL_INTEGER[to!] ?? "INT"}"`,
        ansiConfig: ANSI_CONFIG,
      }),
  ],
  [/Unknown TimeZone '(.*?)'!/, ([, timeZone]) => new ExecutionError("INVALID_TIMEZONE", { timeZone: timeZone! })],
  [/INTERRUPT Error|Interrupted!/, () => new ExecutionError("OPERATION_CANCELED", {})],
];

/** A date's days are 32 bits, a timestamp's microseconds 64. */
const dateOverflow = (message: string) => overflow(/timestamp/i.test(firstLine(message)) ? "long overflow" : "integer overflow", "");

/** DuckDB tells the operands without their scale; so is the value that did not fit. */
function decimalOverflow([, operation, precision, left, right]: RegExpMatchArray): FirecrestError {
  const [a, b] = [BigInt(left!), BigInt(right!)];
  const value = operation === "addition" ? a + b : operation === "subtraction" ? a - b : a * b;
  return new ExecutionError("NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", {
    value: String(value),
    precision: precision!,
    scale: "0",
    config: ANSI_CONFIG,
  });
}

const TRYING: Readonly<Record<string, { readonly name: string; readonly symbol: string }>> = {
  addition: { name: "try_add", symbol: "+" },
  subtraction: { name: "try_subtract", symbol: "-" },
  multiplication: { name: "try_multiply", symbol: "*" },
};

/** Of tinyint and smallint, whose values Spark shows alike. */
function narrowOverflow([, operation, left, right]: RegExpMatchArray): FirecrestError {
  const { name, symbol } = TRYING[operation!]!;
  return new ExecutionError("BINARY_ARITHMETIC_OVERFLOW", {
    value1: `${left}S`,
    symbol,
    value2: `${right}S`,
    functionName: `\`${name}\``,
  });
}

const TYPE_WORD: Record<string, string> = { INT8: "byte", INT16: "short", INT32: "integer", INT64: "long" };
/** By bits. */
const SQL_INTEGER: Record<string, string> = { "8": "TINYINT", "16": "SMALLINT", "32": "INT", "64": "BIGINT" };
const LITERAL_SUFFIX: Record<string, string> = { "8": "Y", "16": "S", "64": "L" };
const integerKind = (message: string) => /INT\d+/.exec(message)?.[0] ?? "";
const firstLine = (message: string) => message.split("\n", 1)[0]!;

const overflow = (message: string, alternative: string) =>
  new ExecutionError("ARITHMETIC_OVERFLOW", {
    message,
    alternative: alternative ? ` Use '${alternative}' to tolerate overflow and return NULL instead.` : "",
    config: ANSI_CONFIG,
  });

/** What the kernel said tells which expression it was (failure-place.ts). */
const causedBy = (error: FirecrestError, cause: unknown): FirecrestError => deserializeError(error.toJSON(), cause);

function matched(cause: unknown, message: string): FirecrestError | undefined {
  for (const [pattern, make] of patterns) {
    const match = pattern.exec(message);
    if (match) return causedBy(make(match), cause);
  }
  return undefined;
}
