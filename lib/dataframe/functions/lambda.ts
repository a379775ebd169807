import { lambda, lambdaVariable } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { Column } from "../column.ts";

/** Functions from columns to a column: what `transform`, `filter`, `aggregate`, ... take. */
export type UnaryLambda = (x: Column) => Column<unknown, string>;
export type BinaryLambda = (x: Column, y: Column) => Column<unknown, string>;
export type TernaryLambda = (x: Column, y: Column, z: Column) => Column<unknown, string>;

const NAMES = ["x", "y", "z"];

/** The expression of a function, which is called once, with a variable for each of its parameters. */
export function lambdaOf(f: UnaryLambda | BinaryLambda | TernaryLambda): Expression {
  if (f.length < 1 || f.length > NAMES.length)
    throw new TypeError(`a lambda has 1 to 3 parameters, without defaults and rest parameters: ${f.name || "this one"} has ${f.length}`);
  const parameters = NAMES.slice(0, f.length).map((name) => lambdaVariable(name));
  const [x, y, z] = parameters.map((parameter) => new Column(parameter));
  const result = (f as TernaryLambda)(x!, y!, z!);
  if (!(result instanceof Column)) throw new TypeError("a lambda must return a column: operators are methods, x.plus(1)");
  return lambda(parameters, result.expression);
}
