import type { Call, Expression } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import { type Integral, wrapAround } from "../kernel/cast-number.ts";
import { sqlTypeOf } from "../kernel/sql-type.ts";
import * as t from "../types/data-type.ts";
import { unexpectedInput } from "./alignment.ts";
import { bindOnce } from "./bind-once.ts";
import { scalarsOf } from "./define.ts";
import { any, type FunctionEntry, integral, of, raise, type ScalarFunction, takes } from "./function.ts";

/** Bits of integers in two's complement, as Java's operators have them. Source: Spark's bitwiseExpressions.scala, ShiftLeft and its kin. */
const scalar = scalarsOf("bitwise");
const same = ([type]: readonly t.DataType[]): t.DataType => type!;
const bitsOf = (type: t.DataType): number => ({ byte: 8, short: 16, integer: 32, long: 64 })[type.kind as Integral];

const binary = (name: string, doc: string, sql: (l: string, r: string) => string): ScalarFunction =>
  scalar(name, doc, takes(integral, integral), same, ([l, r], call) => `CAST(${sql(l!, r!)} AS ${sqlTypeOf(call.type)})`);

/** Java shifts by the low five or six bits of the distance. */
const shift = (names: string, doc: string, sql: (value: string, distance: string, call: Call) => string): ScalarFunction =>
  scalar(names, doc, takes(of(t.integerType, t.longType), of(t.integerType)), same, ([value, by], call) =>
    sql(value!, `(${by} & ${bitsOf(call.type) - 1})`, call),
  );

const shiftLeft = (value: string, by: string, call: Call): string =>
  wrapAround(`(CAST(${value} AS HUGEINT) * (CAST(1 AS HUGEINT) << ${by}))`, call.type.kind as Integral);
const shiftRight = (value: string, by: string): string => `(${value} >> ${by})`;
const shiftRightUnsigned = (value: string, by: string, call: Call): string =>
  wrapAround(`((CAST(${value} AS HUGEINT) & ${(1n << BigInt(bitsOf(call.type))) - 1n}) >> ${by})`, call.type.kind as Integral);

const integersOrBooleans = (args: readonly Expression[]): readonly Expression[] => {
  const type = typeOf(args[0]!);
  if (type.kind === "void" || type.kind === "boolean" || t.isIntegral(type)) return args;
  throw unexpectedInput("bit_count", 0, args, '("INTEGRAL" or "BOOLEAN")');
};

/** Bits of a boolean, or of an integer widened to 64 bits. */
const bitCount = ([value]: readonly string[], call: Call): string =>
  typeOf(call.args[0]!).kind === "boolean" ? `CAST(${value} AS INTEGER)` : `CAST(bit_count(CAST(${value} AS BIGINT)) AS INTEGER)`;

function bit([value, position]: readonly string[], call: Call): string {
  const bits = bitsOf(typeOf(call.args[0]!));
  return bindOnce([value!, position!], ([v, p]) => {
    const failure = raise("INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE", {
      functionName: "'`getbit`'",
      parameter: "'`pos`'",
      upper: String(bits),
      invalidValue: p!,
    });
    return `(CASE WHEN ${p} < 0 OR ${p} >= ${bits} THEN ${failure} ELSE CAST((${v} >> ${p}) & 1 AS TINYINT) END)`;
  });
}

export const bitwiseFunctions: readonly FunctionEntry[] = [
  binary("&", "Returns the bits that both numbers have.", (l, r) => `${l} & ${r}`),
  binary("|", "Returns the bits that either number has.", (l, r) => `${l} | ${r}`),
  binary("^", "Returns the bits that one of both numbers has.", (l, r) => `xor(${l}, ${r})`),
  scalar(
    "~",
    "Returns the bits that the number does not have.",
    takes(integral),
    same,
    ([v], call) => `CAST(~${v} AS ${sqlTypeOf(call.type)})`,
  ),
  shift("shiftleft <<", "Returns the number with its bits moved to the left.", shiftLeft),
  shift("shiftright >>", "Returns the number with its bits moved to the right, the sign filling up.", shiftRight),
  shift("shiftrightunsigned >>>", "Returns the number with its bits moved to the right, zeros filling up.", shiftRightUnsigned),
  scalar("bit_count", "Returns how many bits are set.", takes(any), t.integerType, bitCount, { check: integersOrBooleans }),
  scalar(
    "getbit bit_get",
    "Returns the bit at a position, counted from the right and from 0.",
    takes(integral, of(t.integerType)),
    t.byteType,
    bit,
  ),
];
