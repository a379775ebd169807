import { nearest } from "../../engine/analyzer/suggestion.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { alias } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import { someExpression } from "../../engine/expressions/traverse.ts";
import type { SessionSettings } from "../../engine/functions/function.ts";
import { callableNamed } from "../../engine/functions/registry.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { withoutLengths } from "../../engine/types/char-type.ts";
import type { DataType } from "../../engine/types/data-type.ts";
import { type Lowering, lowering, type SqlFunction } from "./context.ts";
import { lowerExpression } from "./expression.ts";
import { lowerQuery } from "./query.ts";

/** A function's value: its body, and what its parameters are where it is called. Source: Spark's SQLFunctionExpression. */
export function callSqlFunction(called: SqlFunction, args: readonly Expression[], scope: Lowering): Expression {
  if (called.table) throw new AnalysisError("NOT_A_SCALAR_FUNCTION", { functionName: sqlId(called.nameParts) });
  const { nameParts } = called;
  const inputs = bind(called, args, scope).map(({ name, type, given, value }) => ({
    name,
    type,
    ...(given === undefined ? {} : { given }),
    value: given === undefined ? underSettings(value, ownSession(called, scope)) : value,
  }));
  const inner = bodyScope(called, scope);
  const body = withoutQuery(
    called.body.kind === "expression"
      ? lowerExpression(called.body.expression, inner)
      : { kind: "scalarSubquery", plan: lowerQuery(called.body.query, inner) },
  );
  const child: Expression = called.returns ? { kind: "cast", child: body, type: withoutLengths(called.returns) } : body;
  const session = ownSession(called, scope);
  return {
    kind: "replaced",
    form: "call",
    name: nameParts.join("."),
    args: [],
    ...(session ? { session } : {}),
    function: { nameParts, inputs, below: [] },
    child,
  };
}

/** A SELECT of one item and without FROM is that item. Source: Spark's SQLFunction.getExpressionAndQuery. */
function withoutQuery(body: Expression): Expression {
  if (body.kind !== "scalarSubquery" || body.plan.kind !== "project" || body.plan.child.kind !== "oneRow") return body;
  const [only, ...others] = body.plan.expressions;
  if (!only || others.length > 0 || someExpression(only, isComplex)) return body;
  return only.kind === "unresolvedAlias" ? only.child : only;
}

const isComplex = (e: Expression): boolean =>
  e.kind === "unresolvedStar" || e.kind === "window" || (e.kind === "unresolvedFunction" && callableNamed(e.name)?.kind !== "scalar");

/** The settings that a function's body means, where these are not those around the call. */
const ownSession = ({ context }: SqlFunction, { session }: Lowering): SessionSettings | undefined =>
  context && !sameSettings(context.session, session) ? context.session : undefined;

const underSettings = (child: Expression, session: SessionSettings | undefined): Expression =>
  session ? { kind: "replaced", form: "call", name: "", args: [], session, child } : child;

const underOwnSettings = (child: LogicalPlan, { context, nameParts }: SqlFunction, scope: Lowering): LogicalPlan =>
  !context || sameSettings(context.session, scope.session)
    ? child
    : { kind: "view", nameParts, session: context.session, open: true, child };

const sameSettings = (a: SessionSettings, b: SessionSettings): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The rows of a table function: its query, its columns by the names and types that it returns. */
export function tableSqlFunction(called: SqlFunction, args: readonly Expression[], scope: Lowering): LogicalPlan {
  const inputs = bind(called, args, scope);
  const inner = bodyScope(called, scope);
  const plan: LogicalPlan =
    called.body.kind === "query"
      ? lowerQuery(called.body.query, inner)
      : { kind: "project", expressions: [lowerExpression(called.body.expression, inner)], child: { kind: "oneRow" } };
  const body = underOwnSettings(plan, called, scope);
  const rows = inputs.length === 0 ? body : overInputs(called, inputs, body, scope);
  if (called.returns?.kind !== "struct") return rows;
  const { fields } = called.returns;
  const named: LogicalPlan = { kind: "toNames", names: fields.map((field) => field.name), child: rows };
  const casts = fields.map(({ name, dataType }) =>
    alias({ kind: "cast", child: { kind: "unresolvedAttribute", nameParts: [name] }, type: withoutLengths(dataType) }, name),
  );
  return { kind: "project", expressions: casts, child: named };
}

/** The body beside the one row of the arguments. Source: Spark's SessionCatalog.makeSQLTableFunctionPlan. */
function overInputs(called: SqlFunction, inputs: readonly Input[], right: LogicalPlan, scope: Lowering): LogicalPlan {
  const own = ownSession(called, scope);
  const expressions = inputs.map(({ name, type, given, value }) => {
    const meant = given === undefined || !own ? value : underSettings(value, scope.session);
    return alias(underSettings({ kind: "cast", child: meant, type }, own), name);
  });
  const row: LogicalPlan = { kind: "project", expressions, child: { kind: "oneRow" } };
  const left: LogicalPlan = { kind: "subqueryAlias", alias: called.nameParts.at(-1)!, child: row };
  return { kind: "join", type: "inner", lateral: true, arguments: true, left, right };
}

/** What a parameter is: an argument by its place among those written, or the default. */
interface Input {
  readonly name: string;
  readonly type: DataType;
  readonly given?: number;
  readonly value: Expression;
}

/** Each parameter's value: given by position or by name, or its default. */
function bind(called: SqlFunction, args: readonly Expression[], scope: Lowering): Input[] {
  const { parameters } = called;
  const positional = args.filter((arg) => arg.kind !== "namedArgument");
  const named = new Map(args.flatMap((arg) => (arg.kind === "namedArgument" ? [[arg.name.toLowerCase(), arg.value] as const] : [])));
  const least = parameters.filter((parameter) => parameter.default === undefined).length;
  if (positional.length > parameters.length || args.length < least) {
    throw new AnalysisError("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", {
      functionName: sqlId(called.nameParts),
      expectedNum: least === parameters.length ? String(least) : `[${least}, ${parameters.length}]`,
      actualNum: String(args.length),
      docroot: "https://spark.apache.org/docs/latest",
    });
  }
  checkNamed(called, positional.length, named);
  return parameters.map(({ name, type, default: otherwise }, i) => {
    const argument = positional[i] ?? named.get(name.toLowerCase());
    const value = argument ?? (otherwise && lowerExpression(otherwise, called.context ?? scope));
    if (!value)
      throw new AnalysisError("REQUIRED_PARAMETER_NOT_FOUND", {
        routineName: sqlId(called.nameParts),
        parameterName: sqlId([name]),
        index: String(i),
      });
    const given = args.findIndex((arg) => arg === argument || (arg.kind === "namedArgument" && arg.value === argument));
    return { name, type: withoutLengths(type), ...(argument ? { given } : {}), value };
  });
}

/** Source: Spark's NamedParametersSupport. */
function checkNamed({ nameParts, parameters }: SqlFunction, positional: number, named: ReadonlyMap<string, Expression>): void {
  const routineName = sqlId(nameParts);
  const names = parameters.map(({ name }) => name.toLowerCase());
  for (const name of named.keys()) {
    const place = names.indexOf(name);
    if (place < 0) {
      const proposal = nearest(name, names, names.length)
        .map((known) => sqlId([known]))
        .join(" ");
      throw new AnalysisError("UNRECOGNIZED_PARAMETER_NAME", { routineName, argumentName: sqlId([name]), proposal });
    }
    if (place < positional) {
      throw new AnalysisError("DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED", {
        routineName,
        parameterName: sqlId([name]),
      });
    }
  }
}

function bodyScope(called: SqlFunction, scope: Lowering): Lowering {
  const name = called.nameParts.join(".").toLowerCase();
  const calls = scope.calls ?? [];
  if (calls.includes(name)) throw new AnalysisError("CYCLIC_FUNCTION_REFERENCE", { path: [...calls, name].join(" -> ") });
  const own = called.context ? lowering(called.context) : scope;
  return {
    ...own,
    ctes: [],
    laterCtes: [],
    inQuery: false,
    source: called.text === undefined ? undefined : { text: called.text },
    calls: [...calls, name],
  };
}
