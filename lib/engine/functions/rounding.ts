import { castTo } from "../analyzer/implicit-cast.ts";
import { AnalysisError, ExecutionError } from "../errors.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { isFoldable, isNullable, typeOf } from "../expressions/properties.ts";
import { largestOf } from "../kernel/cast-number.ts";
import { sqlTypeOf } from "../kernel/sql-type.ts";
import * as t from "../types/data-type.ts";
import { type Rounding, rounded } from "../types/exact-decimal.ts";
import { javaFloat } from "../types/java-number.ts";
import { Decimal } from "../types/values.ts";
import { fitted } from "./decimal-arithmetic.ts";
import { scalarsOf } from "./define.ts";
import {
  type FunctionEntry,
  type JavaScriptImplementation,
  numeric,
  of,
  type ScalarFunction,
  type SessionSettings,
  takes,
  takesUpTo,
} from "./function.ts";

/** round, bround, ceil and floor. Source: Spark's RoundBase, Ceil, Floor. */
const scalar = scalarsOf("math");

/** The number of fractional digits, which the plan must show. */
const scaleOf = (args: readonly Expression[]): number => {
  const scale = args[1];
  return scale?.kind === "literal" && scale.value !== null ? Number(scale.value) : 0;
};

/** One more whole digit than the argument: 9.9 rounds to 10. */
function roundedType([type]: readonly t.DataType[], args: readonly Expression[]): t.DataType {
  if (type!.kind !== "decimal") return type!;
  const scale = scaleOf(args);
  const whole = type!.precision - type!.scale + 1;
  if (scale < 0) return t.decimalType(Math.min(t.MAX_DECIMAL_PRECISION, Math.max(whole, 1 - scale)), 0);
  const kept = Math.min(type!.scale, scale);
  return t.decimalType(Math.min(t.MAX_DECIMAL_PRECISION, whole + kept), kept);
}

/** By way of the shortest text of a double, as Java's BigDecimal(Double.toString(x)): 1.005 rounds to 1.01. */
function roundNumber(value: number, scale: number, rounding: Rounding): number {
  if (!Number.isFinite(value)) return value;
  return rounded(Decimal.parse(String(value)), scale, rounding).toNumber();
}

const exactly = (type: t.DataType, rounding: Rounding): JavaScriptImplementation => ({
  evaluate: ([value, digits = 0], session) => {
    const scale = Number(digits);
    if (value instanceof Decimal) return fitted(rounded(value, scale, rounding), type as t.DecimalType, session.ansi);
    if (t.isIntegral(type)) return roundInteger(BigInt(value as number | bigint), type, scale, rounding, session);
    return roundNumber(type.kind === "float" ? Number(javaFloat(value as number)) : (value as number), scale, rounding);
  },
});

function roundInteger(value: bigint, type: t.DataType, scale: number, rounding: Rounding, { ansi }: SessionSettings): number | bigint {
  const { unscaled } = rounded(new Decimal(value, 0), scale, rounding);
  const most = largestOf(type);
  if (ansi && (unscaled > most || unscaled < -most - 1n)) {
    throw new ExecutionError("ARITHMETIC_OVERFLOW", { message: "Overflow", alternative: "", config: '"spark.sql.ansi.enabled"' });
  }
  const bits = BigInt.asIntN(String(most.toString(2)).length + 1, unscaled);
  return type.kind === "long" ? bits : Number(bits);
}

/** DuckDB rounds half up, away from zero, in a cast to fewer digits and in round(x) of a double. */
function round([value]: readonly string[], call: Call): string | JavaScriptImplementation {
  const scale = scaleOf(call.args);
  const type = typeOf(call.args[0]!);
  if (t.isIntegral(type) && scale >= 0) return value!;
  if (type.kind === "decimal" && scale >= 0) return `CAST(${value} AS ${sqlTypeOf(call.type)})`;
  if (t.isFractional(type) && scale === 0) return `round(${value})`;
  return exactly(call.type, "halfUp");
}

function bround([value]: readonly string[], call: Call): string | JavaScriptImplementation {
  const scale = scaleOf(call.args);
  return t.isIntegral(call.type) && scale >= 0 ? value! : exactly(call.type, "halfEven");
}

/** Only constants say how many digits a decimal type has. */
function foldableScale(args: readonly Expression[]): readonly Expression[] {
  const scale = args[1];
  if (scale && (!isFoldable(scale) || scale.kind !== "literal")) {
    throw new AnalysisError("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", {
      sqlExpr: `"${prettyName(args[0]!)}"`,
      inputName: "`scale`",
      inputType: '"INT"',
      inputExpr: `"${prettyName(scale)}"`,
    });
  }
  return args;
}

/** The same of ceil and floor, which also refuse NULL. */
function constantScale(names: string, args: readonly Expression[]): readonly Expression[] {
  const scale = args[1]!;
  if (scale.kind === "literal" && scale.value !== null) return args;
  throw new AnalysisError("NON_FOLDABLE_ARGUMENT", { funcName: `\`${names.split(" ", 1)[0]}\``, paramName: "`scale`", paramType: '"INT"' });
}

const isScaled = (call: Call): boolean => call.args.length === 2;

/** ceil and floor: of a double a bigint, of a decimal one without fraction; with a scale, a decimal. */
function towards(names: string, doc: string, sqlName: "ceil" | "floor", rounding: Rounding): ScalarFunction {
  const whole = ([type]: readonly t.DataType[]) =>
    type!.kind === "decimal" ? t.decimalType(Math.min(t.MAX_DECIMAL_PRECISION, type!.precision - type!.scale + 1), 0) : t.longType;
  return scalar(
    names,
    doc,
    takesUpTo(1, numeric, of(t.integerType)),
    (types, args) => (args.length === 2 ? roundedType(types, args) : whole(types)),
    ([value], call) => {
      if (isScaled(call)) return exactly(call.type, rounding);
      const type = typeOf(call.args[0]!);
      if (type.kind === "double") return `CAST(firecrest_saturated(${sqlName}(${value})) AS BIGINT)`;
      return type.kind === "decimal" ? `CAST(${sqlName}(${value}) AS ${sqlTypeOf(call.type)})` : value!;
    },
    {
      check: ([value, scale], session) => {
        if (scale) return constantScale(names, [asDecimal(value!), scale]);
        const type = typeOf(value!);
        if (type.kind === "decimal") return [value!];
        return [castTo(value!, t.isIntegral(type) ? t.longType : t.doubleType, session)];
      },
    },
  );
}

function asDecimal(value: Expression): Expression {
  const type = typeOf(value);
  if (type.kind === "decimal") return value;
  const decimal =
    type.kind === "double" ? t.decimalType(30, 15) : type.kind === "float" ? t.decimalType(14, 7) : t.decimalForIntegral(type);
  return { kind: "cast", child: value, type: decimal };
}

const mayOverflow = (args: readonly Expression[], session: SessionSettings): boolean =>
  !session.ansi && typeOf(args[0]!).kind === "decimal";
const nullable = {
  nullable: (args: readonly Expression[], session: SessionSettings) => mayOverflow(args, session) || args.some(isNullable),
};

export const roundingFunctions: readonly FunctionEntry[] = [
  scalar(
    "round",
    "Returns a number rounded half up to a number of fractional digits.",
    takesUpTo(1, numeric, of(t.integerType)),
    roundedType,
    round,
    {
      ...nullable,
      check: foldableScale,
    },
  ),
  scalar(
    "bround",
    "Returns a number rounded half even to a number of fractional digits.",
    takesUpTo(1, numeric, of(t.integerType)),
    roundedType,
    bround,
    {
      ...nullable,
      check: foldableScale,
    },
  ),
  towards("ceil ceiling", "Returns the least number of so many fractional digits that is not less than the argument.", "ceil", "ceiling"),
  towards("floor", "Returns the greatest number of so many fractional digits that is not greater than the argument.", "floor", "floor"),
  scalar(
    "rint",
    "Returns the double that is nearest and a whole number; the even one of two.",
    takes(of(t.doubleType)),
    t.doubleType,
    ([x]) => `round_even(${x}, 0)`,
  ),
];
