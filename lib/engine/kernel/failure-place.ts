import type { Origin } from "../errors/query-context.ts";
import { type FirecrestError, withOrigin } from "../errors.ts";
import type { Call, Cast, Expression } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import { withRaiseNumber } from "../functions/function.ts";

/** An expression that was written into a statement, and where it comes from. */
interface Written {
  readonly expression: Cast | Call;
  readonly origin: Origin;
}

/**
 * Where the expressions of a task's statements come from, so that an error of a row can say it. What `raise` writes carries a number of
 * an origin; errors of the kernel's own, and of functions in TypeScript, name an operator, and the first one written is meant: DuckDB and
 * Spark both compute from the left, arguments first.
 */
export class FailurePlaces {
  readonly #numbers = new Map<Origin, number>();
  readonly #origins: Origin[] = [];
  readonly #written: Written[] = [];
  readonly #natives = new Map<string, Origin>();
  #current: Origin | undefined;

  /** Writes an expression: errors of what it raises itself, and of parts that have no origin of their own, are about its origin. */
  at(expression: Expression, write: () => string): string {
    const before = this.#current;
    const { origin = before } = expression as { readonly origin?: Origin };
    if (origin === undefined) return write();
    this.#current = origin;
    try {
      const text = origin === before ? write() : withRaiseNumber(this.#number(origin), write);
      if (expression.kind === "cast" || expression.kind === "call") this.#written.push({ expression, origin });
      return text;
    } finally {
      this.#current = before;
    }
  }

  /** A function in TypeScript is called by the expression that is being written. */
  calls(native: string): void {
    if (this.#current !== undefined && !this.#natives.has(native)) this.#natives.set(native, this.#current);
  }

  /** What a statement failed with, with the place of the expression that failed where that is known. */
  placed(thrown: unknown): unknown {
    const message =
      (thrown as FirecrestError | undefined)?.cause instanceof Error ? ((thrown as FirecrestError).cause as Error).message : "";
    return withOrigin(thrown, this.#originOf(message));
  }

  #number(origin: Origin): number {
    const known = this.#numbers.get(origin) ?? this.#origins.push(origin) - 1;
    this.#numbers.set(origin, known);
    return known;
  }

  #originOf(message: string): Origin | undefined {
    const number = /FIRECREST:\{"at":(\d+)/.exec(message)?.[1];
    if (number !== undefined) return this.#origins[Number(number)];
    const native = /FIRECREST:\{"native":"(\w+)"/.exec(message)?.[1];
    if (native !== undefined) return this.#natives.get(native);
    const suspects = operatorsOf(message);
    return suspects && this.#written.find(({ expression }) => suspects(expression))?.origin;
  }
}

const BITS: Readonly<Record<string, string>> = { byte: "8", short: "16", integer: "32", long: "64" };
const OPERATORS: Readonly<Record<string, string>> = {
  addition: "+",
  subtraction: "-",
  multiplication: "*",
  negation: "negative",
  division: "div",
  modulo: "%",
};

/** Which expressions an error in DuckDB's words may be of; undefined for errors of other kinds. */
function operatorsOf(message: string): ((e: Cast | Call) => boolean) | undefined {
  const casting = /with value (\S+) can't be cast because .* destination type INT(\d+)/.exec(message);
  if (casting) return (e) => e.kind === "cast" && BITS[e.type.kind] === casting[2] && mayHold(e.child, casting[1]!);
  const between = /Overflow in (\w+) of \w+(?:\([^)]*\))? \((-?\d+) \S (-?\d+)\)/.exec(message);
  if (between) {
    const [, operation, left, right] = between;
    const isOne = calls(OPERATORS[operation!] ?? operation!);
    return (e) => isOne(e) && e.kind === "call" && mayHold(e.args[0], left!) && mayHold(e.args[1], right!);
  }
  const operation = /Overflow (?:in|on) (\w+)/.exec(message)?.[1];
  if (operation !== undefined) return calls(OPERATORS[operation] ?? operation);
  if (!/out of range|overflows timestamp range/i.test(message)) return undefined;
  return (e) => ["date", "timestamp", "timestamp_ntz"].includes(e.type.kind);
}

/** Operators that have DuckDB's of that name in what is written for them. */
const RELATED: Readonly<Record<string, readonly string[]>> = {
  "-": ["-", "negative", "abs"],
  "+": ["+", "sum"],
  div: ["div", "/", "%", "mod", "pmod"],
  "%": ["%", "mod", "pmod", "div"],
};

function calls(name: string): (e: Cast | Call) => boolean {
  const names = RELATED[name] ?? [name];
  return (e) => e.kind === "call" && names.includes(e.name);
}

/** Whether an operand may have had a value: only literals surely had another one. */
function mayHold(operand: Expression | undefined, digits: string): boolean {
  if (operand?.kind !== "literal" || operand.value === null) return true;
  return typeOf(operand).kind === "decimal" || String(operand.value) === digits;
}
