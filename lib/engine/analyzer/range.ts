import { AnalysisError } from "../errors.ts";
import { newAttribute } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { fold } from "../expressions/fold.ts";
import { isFoldable, typeOf } from "../expressions/properties.ts";
import { sqlExpr, sqlId, sqlTypeOf } from "../expressions/quoting.ts";
import { transformUp } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import type { LogicalPlan, TableFunction } from "../logical/plan.ts";
import { integerType, longType, type SimpleType } from "../types/data-type.ts";
import { rounded } from "../types/exact-decimal.ts";
import { Decimal, type Value } from "../types/values.ts";
import { implicitCast } from "./implicit-cast.ts";

const PARAMETERS: readonly (readonly [name: string, type: SimpleType])[] = [
  ["start", longType],
  ["end", longType],
  ["step", longType],
  ["numSlices", integerType],
];
const ORDINALS = ["zeroth", "first", "second", "third", "fourth"];

/** `range(end)`, `range(start, end[, step[, parts]])`. Source: the table function `range` of Spark (logical.Range). */
export function resolveRange(plan: TableFunction, args: readonly Expression[], session: SessionSettings): LogicalPlan {
  if (args.length < 1 || args.length > 4) {
    throw new AnalysisError("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", {
      functionName: sqlId(plan.nameParts),
      expectedNum: "[1, 2, 3, 4]",
      actualNum: String(args.length),
      docroot: "https://spark.apache.org/docs/latest",
    });
  }
  const positions = args.length === 1 ? [1] : args.map((_, i) => i);
  const values = new Map(positions.map((position, i) => [PARAMETERS[position]![0], whole(args[i]!, position, session)]));
  const step = values.get("step") ?? 1n;
  if (step === 0n) throw new AnalysisError("FAILED_FUNCTION_CALL", { funcName: sqlId(plan.nameParts) });
  const partitions = values.get("numSlices");
  return {
    kind: "range",
    start: values.get("start") ?? 0n,
    end: values.get("end")!,
    step,
    ...(partitions === undefined ? {} : { partitions: Math.max(1, Number(partitions)) }),
    output: [newAttribute("id", longType, false)],
  };
}

function wholePart(value: Value): bigint | undefined {
  if (value instanceof Decimal) return rounded(value, 0, "down").unscaled;
  if (typeof value === "string") return /^\s*[+-]?\d+\s*$/.test(value) ? BigInt(value.trim().replace("+", "")) : undefined;
  if (typeof value === "number" && !Number.isFinite(value)) return undefined;
  return typeof value === "bigint" ? value : typeof value === "number" ? BigInt(Math.trunc(value)) : undefined;
}

function whole(argument: Expression, position: number, session: SessionSettings): bigint {
  const [parameterName, type] = PARAMETERS[position]!;
  if (argument.kind === "namedArgument" || !isFoldable(argument)) {
    throw new AnalysisError("NON_FOLDABLE_ARGUMENT", {
      funcName: "`range`",
      paramName: sqlId([parameterName]),
      paramType: sqlTypeOf(type),
    });
  }
  const constant = implicitCast(argument, type, session) && transformUp(argument, fold);
  const value = constant?.kind === "literal" ? wholePart(constant.value) : undefined;
  if (value !== undefined) return value;
  const written = transformUp(argument, fold);
  const text = written.kind === "literal" ? written.value : undefined;
  if (typeof text === "string" && session.ansi)
    throw new AnalysisError("CAST_INVALID_INPUT", {
      expression: `'${text}'`,
      sourceType: '"STRING"',
      targetType: sqlTypeOf(type),
      ansiConfig: '"spark.sql.ansi.enabled"',
    });
  throw new AnalysisError("UNEXPECTED_INPUT_TYPE", {
    functionName: "`range`",
    paramIndex: ORDINALS[position + 1] ?? String(position + 1),
    requiredType: sqlTypeOf(type),
    inputSql: sqlExpr(argument),
    inputType: sqlTypeOf(typeOf(argument)),
  });
}
