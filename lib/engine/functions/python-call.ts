import type { Origin } from "../errors/query-context.ts";
import { AnalysisError } from "../errors.ts";
import type { Expression, UserFunction } from "../expressions/expression.ts";
import type { DataType } from "../types/data-type.ts";
import { isAggregatePython, isScalarPython } from "./python-type.ts";

/** A call of a function in Python: a value for each row or, of a grouped aggregate, for each group. Named arguments keep their names. */
export function pythonCall(called: UserFunction, type: DataType, args: readonly Expression[], origin?: Origin): Expression {
  const python = called.python!;
  const names = args.map((arg) => (arg.kind === "namedArgument" ? arg.name : null));
  const values = args.map((arg) => (arg.kind === "namedArgument" ? arg.value : arg));
  const named = names.some((name) => name !== null) ? { argumentNames: names } : {};
  const made: UserFunction = { ...called, python: { ...python, ...named } };
  const place = origin === undefined ? {} : { origin };
  if (isScalarPython(python.evalType)) return { kind: "userFunction", function: made, args: values, type, nullable: true, ...place };
  if (isAggregatePython(python.evalType))
    return { kind: "aggregate", name: called.name, args: values, distinct: false, type, nullable: true, python: made, ...place };
  throw new AnalysisError("FIRECREST_UNSUPPORTED", {
    feature: `The function ${called.name} of PySpark's type ${python.evalType} in an expression`,
    advice: "Functions over whole rows are given to mapInPandas, applyInPandas and their like.",
  });
}
