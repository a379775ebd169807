import { ExecutionError } from "../errors.ts";
import { literal } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import * as t from "../types/data-type.ts";
import { javaFloat } from "../types/java-number.ts";
import { scalarsOf } from "./define.ts";
import { aggregate } from "./define-aggregate.ts";
import { exactly, type FunctionEntry, type NativeStep, of, takes, takesUpTo } from "./function.ts";

/** Vectors as arrays of floats, computed in single precision. Since Spark 4.2; source: its VectorFunctionImplUtils, vectorExpressions.scala. */
const scalar = scalarsOf("array");
const vector = of(t.arrayType(t.floatType));
const float = Math.fround;

type Vector = readonly number[];
/** Spark sums so many elements before it adds them to what it has, which decides how the sum rounds. */
const BLOCK = 8;

/** The sum of a term of each element; NULL where an element is. */
function total(length: number, term: (i: number) => number): number {
  let sum = 0;
  const whole = length - (length % BLOCK);
  for (let from = 0; from < whole; from += BLOCK) {
    let block = term(from);
    for (let i = from + 1; i < from + BLOCK; i++) block = float(block + term(i));
    sum = float(sum + block);
  }
  for (let i = whole; i < length; i++) sum = float(sum + term(i));
  return sum;
}
const product = (a: Vector, b: Vector): number => total(a.length, (i) => float(a[i]! * b[i]!));

const isWhole = (vectors: readonly unknown[]): boolean => vectors.every((v) => !(v as readonly (number | null)[]).includes(null));

function checkDimensions(name: string, left: Vector, right: Vector): void {
  if (left.length === right.length) return;
  const [leftDim, rightDim] = [left, right].map((v) => String(v.length)) as [string, string];
  throw new ExecutionError("VECTOR_DIMENSION_MISMATCH", { functionName: `\`${name}\``, leftDim, rightDim });
}

const ofTwo = (name: string, doc: string, compute: (a: Vector, b: Vector) => number | null) =>
  scalar(
    name,
    doc,
    exactly(takes(vector, vector)),
    t.floatType,
    {
      evaluate: ([left, right]) => {
        const [a, b] = [left as Vector, right as Vector];
        checkDimensions(name, a, b);
        return isWhole([a, b]) ? compute(a, b) : null;
      },
    },
    { nullable: true },
  );

/** Numbers below are subnormal. */
const LEAST_NORMAL = 2 ** -126;

function cosine(a: Vector, b: Vector): number | null {
  const norms = float(Math.sqrt(float(product(a, a) * product(b, b))));
  return norms < LEAST_NORMAL ? null : float(product(a, b) / norms);
}

function distance(a: Vector, b: Vector): number {
  const square = (i: number) => {
    const difference = float(a[i]! - b[i]!);
    return float(difference * difference);
  };
  return float(Math.sqrt(total(a.length, square)));
}

function norm(name: string, v: Vector, degree: number): number {
  if (degree === 1) return total(v.length, (i) => Math.abs(v[i]!));
  if (degree === 2) return float(Math.sqrt(product(v, v)));
  if (degree === Number.POSITIVE_INFINITY) return v.reduce((most, x) => (Number.isNaN(x) ? most : Math.max(most, Math.abs(x))), 0);
  throw new ExecutionError("INVALID_VECTOR_NORM_DEGREE", { functionName: `\`${name}\``, degree: javaFloat(degree) });
}

/** The Euclidean norm where none is asked for. */
const withDegree = (args: readonly Expression[]): readonly Expression[] => (args.length === 1 ? [args[0]!, literal(2, t.floatType)] : args);

function normalized(v: Vector, degree: number): Vector | null {
  const length = norm("vector_normalize", v, degree);
  if (v.length === 0) return v;
  return length < LEAST_NORMAL ? null : v.map((x) => float(x / length));
}

/** Vectors of a group, one after the other, those with NULL in them left out. */
const folded = (name: string, add: (sum: number, x: number, count: number) => number): NativeStep => ({
  name,
  types: [t.arrayType(t.arrayType(t.floatType))],
  returns: t.arrayType(t.floatType, false),
  evaluate: ([list]) => {
    let result: number[] | undefined;
    let count = 0;
    for (const given of list as readonly (Vector | null)[]) {
      if (given === null || !isWhole([given])) continue;
      count++;
      if (!result) {
        result = [...given];
        continue;
      }
      checkDimensions(name, result, given);
      for (let i = 0; i < given.length; i++) result[i] = add(result[i]!, given[i]!, count);
    }
    return result ?? null;
  },
});
const SUM = folded("vector_sum", (sum, x) => float(sum + x));
const AVERAGE = folded("vector_avg", (mean, x, count) => float(mean + float(float(x - mean) * float(1 / count))));

const combined = (step: NativeStep, doc: string) =>
  aggregate(step.name, doc, exactly(takes(vector)), t.arrayType(t.floatType, false), (apply, [value]) =>
    apply.native(step, apply("list", value!)),
  );

export const vectorFunctions: readonly FunctionEntry[] = [
  ofTwo("vector_cosine_similarity", "Returns the cosine of the angle between two vectors, NULL where one has no length.", (a, b) =>
    a.length === 0 ? null : cosine(a, b),
  ),
  ofTwo("vector_inner_product", "Returns the inner product of two vectors.", product),
  ofTwo("vector_l2_distance", "Returns the Euclidean distance between two vectors.", distance),
  scalar(
    "vector_norm",
    "Returns the norm of a vector of degree 1, 2 or infinity; 2 where none is given.",
    exactly(takesUpTo(1, vector, of(t.floatType))),
    t.floatType,
    { evaluate: ([v, degree]) => (isWhole([v]) ? norm("vector_norm", v as Vector, degree as number) : null) },
    { nullable: true, check: withDegree },
  ),
  scalar(
    "vector_normalize",
    "Returns the vector divided by its norm of degree 1, 2 or infinity; 2 where none is given.",
    exactly(takesUpTo(1, vector, of(t.floatType))),
    t.arrayType(t.floatType, false),
    { evaluate: ([v, degree]) => (isWhole([v]) ? normalized(v as Vector, degree as number) : null) },
    { nullable: true, check: withDegree },
  ),
  combined(SUM, "Returns the sum of a group's vectors, element by element."),
  combined(AVERAGE, "Returns the mean of a group's vectors, element by element."),
];
