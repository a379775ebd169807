import { AnalysisError } from "../errors.ts";
import { nullLiteral } from "../expressions/build.ts";
import type { Call, Expression, Literal } from "../expressions/expression.ts";
import { fold } from "../expressions/fold.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { isFoldable, typeOf } from "../expressions/properties.ts";
import { transformUp } from "../expressions/traverse.ts";
import * as t from "../types/data-type.ts";
import { Decimal, type Value } from "../types/values.ts";

/** Arguments that a function wants to know before anything runs, and what Spark says where they are not constant. */

/** A foldable expression's value, where it can be worked out without the kernel: literals, casts among numbers, arithmetic, arrays. */
export function constantOf(expression: Expression): Value {
  const folded = transformUp(expression, (e) => simplified(fold(e)));
  if (folded.kind === "literal") return folded.value;
  throw new AnalysisError("FIRECREST_UNSUPPORTED", {
    feature: `The constant ${prettyName(expression)} as an argument that is read before the query runs`,
    advice: "Write its value.",
  });
}

function simplified(e: Expression): Expression {
  if (e.kind === "cast" && e.child.kind === "literal") return converted(e.child, e.type) ?? e;
  if (e.kind !== "call" || !e.args.every((arg) => arg.kind === "literal")) return e;
  const values = (e.args as readonly Literal[]).map((arg) => arg.value);
  if (e.name === "array") return { kind: "literal", value: values, type: e.type };
  return arithmetic(e, values) ?? e;
}

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};

function arithmetic({ name, type }: Call, values: readonly Value[]): Literal | undefined {
  if (values.some((value) => value === null)) return nullLiteral(type);
  const [a, b] = values.map((value) => Number(String(value)));
  if (type.kind !== "double" || a === undefined) return undefined;
  const value = name === "negative" ? -a : b === undefined ? undefined : OPERATIONS[name]?.(a, b);
  return value === undefined || !Number.isFinite(value) ? undefined : { kind: "literal", value, type };
}

function converted({ value, type: from }: Literal, to: t.DataType): Literal | undefined {
  if (value === null) return nullLiteral(to);
  if (from.kind === "array" && to.kind === "array") {
    const elements = (value as readonly Value[]).map((v) =>
      converted({ kind: "literal", value: v, type: from.elementType }, to.elementType),
    );
    return elements.every((element) => element !== undefined)
      ? { kind: "literal", value: elements.map((element) => element.value), type: to }
      : undefined;
  }
  if (from.kind === to.kind && to.kind !== "decimal") return { kind: "literal", value, type: to };
  if (t.isIntegral(from) && to.kind === "long") return { kind: "literal", value: BigInt(value as number | bigint), type: to };
  if (!t.isNumeric(from) && from.kind !== "string") return undefined;
  const number = Number(String(value).trim());
  if (!Number.isFinite(number) || String(value).trim() === "") return undefined;
  if (to.kind === "double" || to.kind === "float")
    return { kind: "literal", value: to.kind === "float" ? Math.fround(number) : number, type: to };
  if (from.kind === "string") return undefined;
  if (to.kind === "decimal" && value instanceof Decimal && value.scale === to.scale) return { kind: "literal", value, type: to };
  if (!t.isIntegral(to) || Math.abs(number) >= 2 ** 53) return undefined;
  return { kind: "literal", value: to.kind === "long" ? BigInt(Math.trunc(number)) : Math.trunc(number), type: to };
}

const callText = (name: string, args: readonly Expression[]): string => `"${prettyName({ kind: "unresolvedFunction", name, args })}"`;
const quotedType = (type: t.DataType): string => `"${typeSql(type)}"`;

/** DATATYPE_MISMATCH.NON_FOLDABLE_INPUT; `inputType` is what Spark's class writes, by default the argument's type. */
export function requireConstant(name: string, args: readonly Expression[], index: number, inputName: string, inputType?: string): void {
  const arg = args[index];
  if (!arg || isFoldable(arg)) return;
  throw new AnalysisError("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", {
    sqlExpr: callText(name, args),
    inputName: `\`${inputName}\``,
    inputType: inputType ?? quotedType(typeOf(arg)),
    inputExpr: `"${prettyName(arg)}"`,
  });
}

export const unexpectedNull = (name: string, args: readonly Expression[], exprName: string): AnalysisError =>
  new AnalysisError("DATATYPE_MISMATCH.UNEXPECTED_NULL", { sqlExpr: callText(name, args), exprName });

export const valueOutOfRange = (
  name: string,
  args: readonly Expression[],
  exprName: string,
  valueRange: string,
  currentValue: string,
): AnalysisError =>
  new AnalysisError("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", { sqlExpr: callText(name, args), exprName, valueRange, currentValue });
