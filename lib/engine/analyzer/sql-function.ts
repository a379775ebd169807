import { AnalysisError } from "../errors.ts";
import { freshId, namedAs, newAttribute } from "../expressions/build.ts";
import type { Alias, Attribute, CalledFunction, Expression, Replaced } from "../expressions/expression.ts";
import { hasSubquery, isDeterministic, isNullable, isSubquery, originOf, typeOf } from "../expressions/properties.ts";
import { sqlId } from "../expressions/quoting.ts";
import { childrenOf, someExpression, transformUp } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { checkCast } from "./check-cast.ts";
import { withOuter, withSettings } from "./context.ts";
import { keepSessionIn } from "./own-session.ts";
import { resolveExpression, type Scope } from "./resolve-expression.ts";
import { matching } from "./scope.ts";

/** A call of a function whose body is SQL. */
type SqlCall = Replaced & { readonly function: CalledFunction };
export const isSqlCall = (e: Expression): e is SqlCall => e.kind === "replaced" && e.function !== undefined;

/**
 * The body over its parameters alone, with the arguments in their places: `resolve` gives those the meaning that they have where the call
 * stands. What may not be worked out twice is left for a projection below. Source: Spark's ResolveSQLFunctions, SessionCatalog.makeSQLFunctionPlan.
 */
export function resolveSqlCall(
  call: SqlCall,
  resolve: (e: Expression) => Expression,
  inLambda: boolean,
  session: SessionSettings,
): Replaced {
  const { nameParts, inputs = [] } = call.function;
  const own = call.session ? withSettings(session, call.session) : session;
  const given = inputs.map(({ value }) => resolve(value));
  const values = given.map((value, i) => {
    const child = call.session ? keepSessionIn(value, session, own) : value;
    return checkCast({ kind: "cast", child, type: inputs[i]!.type, mode: own.ansi ? "ansi" : "legacy" });
  });
  const parameters = values.map((value, i) => ({
    ...newAttribute(inputs[i]!.name, typeOf(value), isNullable(value)),
    qualifier: [nameParts.at(-1)!],
  }));
  const body = resolveExpression(call.child, scopeOfParameters(parameters, own), withOuter(own, undefined));
  if (inLambda && hasSubquery(body)) throw new AnalysisError("UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.HIGHER_ORDER_FUNCTION", {});
  const below = parameters.flatMap((parameter, i): Alias[] =>
    isInPlace(values[i]!, parameter, body, inLambda) ? [] : [{ ...namedAs(values[i]!, freshId(), parameter.name), id: parameter.id }],
  );
  if (inLambda && below.length > 0) throw notHere(nameParts);
  const inPlace = new Map(parameters.flatMap(({ id }, i) => (below.some((alias) => alias.id === id) ? [] : [[id, values[i]!] as const])));
  const bound = transformUp(body, (e) => (e.kind === "attribute" ? (inPlace.get(e.id) ?? e) : e));
  const written = inputs.flatMap(({ given: place }, i) => (place === undefined ? [] : [{ place, value: given[i]! }]));
  return {
    ...call,
    args: written.sort((a, b) => a.place - b.place).map(({ value }) => value),
    function: { nameParts, below },
    child: call.session ? keepSessionIn(bound, call.session, session) : bound,
  };
}

const scopeOfParameters = (parameters: readonly Attribute[], session: SessionSettings): Scope => ({
  candidates: (nameParts) => matching(parameters, nameParts, session),
  all: () => parameters,
});

/** Whether an argument may stand in the body itself: it is the same each time, or asked for at most once; no projection sees lambdas. */
function isInPlace(value: Expression, parameter: Attribute, body: Expression, inLambda: boolean): boolean {
  const random = !isDeterministic(value);
  if (!random && !hasSubquery(value)) return true;
  if (random && !inLambda) return false;
  const uses = (e: Expression): number =>
    e.kind === "attribute" ? Number(e.id === parameter.id) : childrenOf(e).reduce((sum, child) => sum + uses(child), 0);
  return uses(body) <= 1 && !someExpression(body, (e) => isSubquery(e) && uses(e) > 0);
}

const notHere = (nameParts: readonly string[]): AnalysisError =>
  new AnalysisError("FIRECREST_UNSUPPORTED", {
    feature: `A random value or a query as an argument of the SQL function ${nameParts.join(".")} in this place`,
    advice: "Compute the argument in a subquery in FROM.",
  });

/** The arguments that expressions need from below them, those of other arguments apart. */
export function inputsOf(expressions: readonly Expression[]): Alias[] {
  const found = new Map<number, Alias>();
  const visit = (e: Expression): void => {
    if (!isSqlCall(e)) childrenOf(e).forEach(visit);
    else {
      for (const alias of e.function.below) found.set(alias.id, alias);
      visit(e.child);
    }
  };
  expressions.forEach(visit);
  return [...found.values()];
}

/** A plan that has got the arguments as columns, and the expressions, which need nothing more. */
export function withInputs<E extends Expression>(
  child: LogicalPlan,
  expressions: readonly E[],
): { readonly child: LogicalPlan; readonly expressions: readonly E[] } {
  const inputs = inputsOf(expressions);
  if (inputs.length === 0) return { child, expressions };
  const below = withInputs(child, inputs);
  return {
    child: { kind: "project", expressions: [...outputOf(below.child), ...below.expressions], child: below.child },
    expressions: expressions.map((e) => settled(e)),
  };
}

/** With calls that have got their arguments, or those of them that are given. */
export const settled = <E extends Expression>(expression: E, given?: ReadonlySet<number>): E =>
  transformUp(expression, (e) => {
    if (!isSqlCall(e) || e.function.below.length === 0) return e;
    return { ...e, function: { ...e.function, below: e.function.below.filter(({ id }) => given?.has(id) === false) } };
  }) as E;

/** Rows that a condition keeps, with the columns that they had. */
export function filterWithInputs(condition: Expression, child: LogicalPlan): LogicalPlan {
  const below = withInputs(child, [condition]);
  const filter: LogicalPlan = { kind: "filter", condition: below.expressions[0]!, child: below.child };
  return below.child === child ? filter : { kind: "project", expressions: outputOf(child), child: filter };
}

/** The columns that inputs will be. */
export const inputColumns = (expressions: readonly Expression[]): Attribute[] => {
  const inputs = inputsOf(expressions);
  return inputs.length === 0 ? [] : [...inputs.map(toAttribute), ...inputColumns(inputs)];
};

/** Throws for an argument that no projection has taken. */
export function refuseInputs(expression: Expression): void {
  someExpression(expression, (e) => {
    if (isSqlCall(e) && e.function.below.length > 0) throw notHere(e.function.nameParts);
    return false;
  });
}

/** Throws UNSUPPORTED_SQL_UDF_USAGE where an operator has no place for SQL functions. */
export function refuseSqlCalls(expression: Expression, nodeName: string): void {
  someExpression(expression, (e) => {
    if (isSqlCall(e))
      throw new AnalysisError("UNSUPPORTED_SQL_UDF_USAGE", { functionName: sqlId(e.function.nameParts), nodeName }, originOf(e));
    return false;
  });
}
