import { AnalysisError } from "../errors.ts";
import { integerLiteral, nullLiteral, stringLiteral } from "../expressions/build.ts";
import type { Expression, NamedArgument } from "../expressions/expression.ts";
import { sqlId } from "../expressions/quoting.ts";
import type { FunctionEntry } from "../functions/function.ts";
import { stringType } from "../types/data-type.ts";
import { nearest } from "./suggestion.ts";

interface NamedParameter {
  readonly name: string;
  readonly default?: Expression;
}
const collection: readonly NamedParameter[] = [{ name: "collection" }];
const input: readonly NamedParameter[] = [{ name: "input" }];

const sketchSize: NamedParameter = { name: "lgNomEntries", default: integerLiteral(12) };
const sketchMode: NamedParameter = { name: "mode", default: stringLiteral("sum") };
const tupleAggregate = [{ name: "key" }, { name: "summary" }, sketchSize, sketchMode];
const tupleUnion = [{ name: "first" }, { name: "second" }, sketchSize, sketchMode];

/** The built-in functions that take arguments by name. Source: the FunctionSignatures of Spark's expression builders. */
const SIGNATURES: Readonly<Record<string, readonly NamedParameter[]>> = {
  mask: [
    { name: "str" },
    { name: "upperChar", default: stringLiteral("X") },
    { name: "lowerChar", default: stringLiteral("x") },
    { name: "digitChar", default: stringLiteral("n") },
    { name: "otherChar", default: nullLiteral(stringType) },
  ],
  count_min_sketch: [{ name: "column" }, { name: "epsilon" }, { name: "confidence" }, { name: "seed" }],
  explode: collection,
  explode_outer: collection,
  posexplode: collection,
  posexplode_outer: collection,
  inline: input,
  inline_outer: input,
  tuple_sketch_agg_double: tupleAggregate,
  tuple_sketch_agg_integer: tupleAggregate,
  tuple_union_double: tupleUnion,
  tuple_union_integer: tupleUnion,
  tuple_union_theta_double: tupleUnion,
  tuple_union_theta_integer: tupleUnion,
  variant_explode: input,
  variant_explode_outer: input,
};

const isNamed = (arg: Expression): arg is NamedArgument => arg.kind === "namedArgument";
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Arguments in the places of their parameters, defaults where none is given. Source: Spark's NamedParametersSupport. */
export function byPosition(entry: FunctionEntry, args: readonly Expression[]): readonly Expression[] {
  const first = args.findIndex(isNamed);
  if (first < 0) return args;
  const routineName = sqlId([entry.names[0]]);
  const parameters = SIGNATURES[entry.names[0]];
  if (!parameters) throw new AnalysisError("NAMED_PARAMETERS_NOT_SUPPORTED", { functionName: routineName });
  const positional = args.slice(0, first);
  const named = namedOnly(args.slice(first), routineName);
  for (const { name } of named) checkName(name, parameters, positional.length, routineName);
  const rest = parameters.slice(positional.length).map((parameter, index) => {
    const given = named.find(({ name }) => same(name, parameter.name))?.value ?? parameter.default;
    if (given) return given;
    throw new AnalysisError("REQUIRED_PARAMETER_NOT_FOUND", { routineName, parameterName: sqlId([parameter.name]), index: String(index) });
  });
  return [...positional, ...rest];
}

/** Throws for names among arguments that no function could take. Source: Spark's NamedParametersSupport.splitAndCheckNamedArguments. */
export function checkArgumentNames(args: readonly Expression[], routineName: string): void {
  const first = args.findIndex(isNamed);
  if (first >= 0) namedOnly(args.slice(first), routineName);
}

/** Behind the first named argument all are named, each once. */
function namedOnly(args: readonly Expression[], routineName: string): NamedArgument[] {
  const named: NamedArgument[] = [];
  for (const arg of args) {
    if (!isNamed(arg))
      throw new AnalysisError("UNEXPECTED_POSITIONAL_ARGUMENT", { routineName, parameterName: sqlId([named.at(-1)!.name]) });
    if (named.some(({ name }) => same(name, arg.name))) {
      throw new AnalysisError("DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE", {
        routineName,
        parameterName: sqlId([arg.name]),
      });
    }
    named.push(arg);
  }
  return named;
}

function checkName(name: string, parameters: readonly NamedParameter[], positional: number, routineName: string): void {
  const position = parameters.findIndex((parameter) => same(parameter.name, name));
  if (position < 0) {
    const proposal = nearest(
      name,
      parameters.map((parameter) => parameter.name),
      parameters.length,
    ).map((candidate) => sqlId([candidate]));
    throw new AnalysisError("UNRECOGNIZED_PARAMETER_NAME", { routineName, argumentName: sqlId([name]), proposal: proposal.join(" ") });
  }
  if (position < positional) {
    throw new AnalysisError("DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED", {
      routineName,
      parameterName: sqlId([name]),
    });
  }
}
