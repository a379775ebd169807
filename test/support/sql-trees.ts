import fc from "fast-check";
import * as t from "../../lib/engine/types/data-type.ts";
import { Decimal } from "../../lib/engine/types/values.ts";
import type { Expression } from "../../lib/sql/syntax/expression.ts";

/** A tree without places, and without the quotes that a name does not need: what two texts of the same meaning share. */
export function shape(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(shape);
  if (node instanceof Decimal) return { decimal: String(node) };
  if (typeof node !== "object" || node === null) return Object.is(node, -0) ? "-0" : typeof node === "bigint" ? `${node}L` : node;
  const kept = Object.entries(node).filter(
    ([key, value]) => !["start", "end", "quoted"].includes(key) || (key !== "quoted" && typeof value === "string"),
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, shape(value)]));
}

const at = { start: 0, end: 0 };

/** Words that mean something where a value stands are among them, and names that need quotes. */
const names = [
  ...["a", "b1", "_c", "Ä", "two words", "tick`", "1x", "select", "from", "case", "interval", "values", "exists", "current_date", "left"],
  ...[
    "date",
    "over",
    "asc",
    "nulls",
    "div",
    "like",
    "not",
    "and",
    "null",
    "x",
    "array",
    "struct",
    "e5",
    "",
    "identifier",
    "with",
    "table",
    "range",
  ],
];
const identifier = fc.constantFrom(...names).map((name) => ({ name, ...at }));
const identifiers = fc.array(identifier, { minLength: 1, maxLength: 3 });
const name = identifiers.map((parts) => ({ kind: "name" as const, parts, ...at }));
const functionName = fc
  .constantFrom("f", "upper", "left", "filter", "if", "position", "trim", "extract", "first", "substring", "overlay", "date_format")
  .map((text) => ({
    kind: "name" as const,
    parts: [{ name: text, ...at }],
    ...at,
  }));
const text = fc.oneof(fc.string(), fc.constantFrom("it's", "a\\b", "100%", "\\%", '"', "\n\t", "\u0000", "é€😀"));
const stringLiteral = text.map((value) => ({ kind: "literal" as const, value, type: t.stringType, ...at }));

const number: fc.Arbitrary<Expression> = fc.oneof(
  fc.integer().map((value) => ({ kind: "literal", value, type: t.integerType, ...at }) as const),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ kind: "literal", value, type: t.longType, ...at }) as const),
  fc.integer({ min: -128, max: 127 }).map((value) => ({ kind: "literal", value, type: t.byteType, ...at }) as const),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ kind: "literal", value, type: t.doubleType, ...at }) as const),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ kind: "literal", value, type: t.floatType, ...at }) as const),
  fc.tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 30 })).map(([unscaled, scale]) => {
    const value = new Decimal(unscaled, scale);
    return { kind: "literal", value, type: t.decimalType(Math.max(value.precision, scale), scale), ...at } as const;
  }),
);

const leaf: fc.Arbitrary<Expression> = fc.oneof(
  number,
  stringLiteral,
  fc.constantFrom<Expression>(
    { kind: "literal", value: null, type: t.voidType, ...at },
    { kind: "literal", value: true, type: t.booleanType, ...at },
    { kind: "parameter", name: "p", ...at },
    { kind: "typedLiteral", type: "DATE", text: "2020-01-01", ...at },
    { kind: "interval", parts: [{ value: { kind: "literal", value: "-3", type: t.stringType, ...at }, unit: "days" }], ...at },
    {
      kind: "interval",
      parts: [{ value: { kind: "literal", value: "1-2", type: t.stringType, ...at }, unit: "year" }],
      to: "month",
      ...at,
    },
    { kind: "call", name: { kind: "name", parts: [{ name: "current_date", ...at }], ...at }, args: [], bare: true, ...at },
  ),
  name.map((of) => ({ kind: "column", name: of, ...at }) as const),
);

const types = fc.constantFrom<t.DataType>(
  t.integerType,
  t.stringType,
  t.decimalType(10, 2),
  t.dayTimeIntervalType("day", "hour"),
  t.arrayType(t.mapType(t.stringType, t.arrayType(t.longType))),
  t.structType([t.structField("a b", t.integerType, false, { comment: "it's" }), t.structField("c", t.arrayType(t.stringType))]),
);

const arithmetic = ["+", "-", "*", "/", "%", "div", "&", "|", "^", "<<", ">>", ">>>", "||"];
const comparisons = ["=", "==", "<=>", "<>", "!=", "<", "<=", ">", ">="];

/** Expressions of every kind that a parser gives, but for those that hold queries. */
export const expressions: fc.Arbitrary<Expression> = fc.letrec<{ e: Expression; composite: Expression }>((tie) => {
  const e = tie("e");
  const list = fc.array(e, { minLength: 1, maxLength: 3 });
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const made = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Expression> =>
    fc.record(fields).map((made) => {
      const present = Object.entries({ ...made, ...at }).filter(([, value]) => value !== undefined);
      return Object.fromEntries(present) as unknown as Expression;
    });
  const kind = <K extends Expression["kind"]>(of: K) => fc.constant(of);
  const flag = optional(fc.constant(true));
  const sortItems = fc.array(
    fc
      .tuple(e, optional(fc.constantFrom("asc", "desc")), optional(fc.constantFrom("first", "last")))
      .map(([expression, direction, nulls]) => ({
        expression,
        ...(direction ? { direction } : {}),
        ...(nulls ? { nulls } : {}),
      })),
    { minLength: 1, maxLength: 2 },
  );
  const bound = fc.oneof(
    fc.constantFrom({ kind: "currentRow" }, { kind: "unboundedPreceding" }),
    number.map((offset) => ({ kind: "following", offset })),
  );
  const window = fc.oneof(
    identifier,
    fc
      .tuple(
        fc.array(e, { maxLength: 2 }),
        sortItems,
        optional(fc.record({ unit: fc.constantFrom("rows", "range"), lower: bound, upper: bound })),
      )
      .map(([partitionBy, orderBy, frame]) => ({ kind: "window", partitionBy, orderBy, ...(frame ? { frame } : {}) })),
  );
  return {
    e: fc.oneof({ depthSize: "small", withCrossShrink: true }, leaf, tie("composite")),
    composite: fc.oneof(
      made({ kind: kind("operation"), operator: fc.constantFrom("and", "or"), operands: fc.array(e, { minLength: 2, maxLength: 3 }) }),
      made({ kind: kind("operation"), operator: fc.constantFrom(...arithmetic), operands: fc.array(e, { minLength: 2, maxLength: 2 }) }),
      fc
        .tuple(fc.constantFrom("-", "+", "~", "not", "!"), e)
        .map(([operator, operand]) => ({ kind: "operation", operator, operands: [operand], ...at }) as const),
      made({ kind: kind("comparison"), operator: fc.constantFrom(...comparisons), left: e, right: e }),
      made({ kind: kind("between"), value: e, lower: e, upper: e, negated: fc.boolean() }),
      made({ kind: kind("inList"), value: e, list, negated: fc.boolean() }),
      fc
        .tuple(e, e, fc.constantFrom("like", "ilike"), optional(fc.constantFrom("!", "'")), fc.boolean())
        .map(([value, pattern, operator, character, negated]) => ({
          ...({ kind: "like", operator, value, patterns: [pattern], negated, ...at } as const),
          ...(character ? { escape: character } : {}),
        })),
      made({
        kind: kind("like"),
        operator: fc.constant("like"),
        value: e,
        patterns: list,
        quantifier: fc.constantFrom("any", "some", "all"),
        negated: fc.boolean(),
      }),
      made({ kind: kind("is"), test: fc.constantFrom("null", "true", "unknown"), value: e, negated: fc.boolean() }),
      made({ kind: kind("is"), test: fc.constant("distinctFrom"), value: e, other: e, negated: fc.boolean() }),
      made({
        kind: kind("case"),
        value: optional(e),
        // biome-ignore lint/suspicious/noThenProperty: nothing awaits a branch
        branches: fc.array(fc.record({ when: e, then: e }), { minLength: 1, maxLength: 2 }),
        otherwise: optional(e),
      }),
      made({ kind: kind("cast"), child: e, type: types, mode: optional(fc.constant("try")) }),
      made({
        kind: kind("call"),
        name: functionName,
        args: list,
        distinct: flag,
        withinGroup: optional(sortItems),
        filter: optional(e),
        nulls: optional(fc.constantFrom("ignore", "respect")),
        over: optional(window),
      }),
      made({ kind: kind("extract"), field: identifier, source: e }),
      made({ kind: kind("trim"), side: optional(fc.constantFrom("both", "leading")), characters: optional(e), source: e }),
      made({ kind: kind("overlay"), source: e, replacement: e, from: e, length: optional(e) }),
      made({ kind: kind("position"), substring: e, source: e }),
      made({ kind: kind("subscript"), child: e, index: e }),
      e
        .filter((child) => child.kind !== "column" && !(child.kind === "call" && child.bare))
        .chain((child) => made({ kind: kind("dereference"), child: fc.constant(child), field: identifier })),
      made({ kind: kind("semiStructured"), child: e, path: fc.constantFrom("a.b[0]", "[1]", "a b['c'].from") }),
      made({ kind: kind("row"), fields: fc.array(e, { minLength: 2, maxLength: 3 }) }),
      made({
        kind: kind("row"),
        struct: fc.constant(true),
        fields: fc.array(fc.oneof(e, made({ kind: kind("alias"), child: e, names: identifiers })), { maxLength: 3 }),
      }),
      made({ kind: kind("lambda"), parameters: identifiers, body: e }),
      made({ kind: kind("collate"), child: e, collation: identifiers }),
    ),
  };
}).e;
