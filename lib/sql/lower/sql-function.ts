import { nearest } from "../../engine/analyzer/suggestion.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { alias } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import type { SessionSettings } from "../../engine/functions/function.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { withoutLengths } from "../../engine/types/char-type.ts";
import { type Lowering, lowering, type SqlFunction } from "./context.ts";
import { lowerExpression } from "./expression.ts";
import { lowerQuery } from "./query.ts";

/** A function's value: its body with the arguments in the places of its parameters. Source: Spark's SQLFunctionExpression. */
export function callSqlFunction(called: SqlFunction, args: readonly Expression[], scope: Lowering): Expression {
  if (called.table) throw new AnalysisError("NOT_A_SCALAR_FUNCTION", { functionName: sqlId(called.nameParts) });
  const values = bind(called, args, scope);
  const inner = bodyScope(called, values, scope);
  const body: Expression =
    called.body.kind === "expression"
      ? lowerExpression(called.body.expression, inner)
      : { kind: "scalarSubquery", plan: lowerQuery(called.body.query, inner) };
  const child: Expression = called.returns ? { kind: "cast", child: body, type: withoutLengths(called.returns) } : body;
  const given = args.map((arg) => (arg.kind === "namedArgument" ? arg.value : arg));
  const own = called.context?.session;
  const session = own && !sameSettings(own, scope.session) ? { session: own } : {};
  return { kind: "replaced", form: "call", name: called.nameParts.join("."), args: given, ...session, child };
}

const underOwnSettings = (child: LogicalPlan, { context, nameParts }: SqlFunction, scope: Lowering): LogicalPlan =>
  !context || sameSettings(context.session, scope.session)
    ? child
    : { kind: "view", nameParts, session: context.session, open: true, child };

const sameSettings = (a: SessionSettings, b: SessionSettings): boolean => JSON.stringify(a) === JSON.stringify(b);

/** An argument, which means what it means where the function is called. */
function asGiven(value: Expression, called: SqlFunction, { session }: Lowering): Expression {
  if (!called.context || sameSettings(called.context.session, session)) return value;
  return { kind: "replaced", form: "call", name: "", args: [], session, child: value };
}

/** The rows of a table function: its query, its columns by the names and types that it returns. */
export function tableSqlFunction(called: SqlFunction, args: readonly Expression[], scope: Lowering): LogicalPlan {
  const values = bind(called, args, scope);
  const inner = bodyScope(called, values, scope);
  const plan: LogicalPlan =
    called.body.kind === "query"
      ? lowerQuery(called.body.query, inner)
      : { kind: "project", expressions: [lowerExpression(called.body.expression, inner)], child: { kind: "oneRow" } };
  const rows = underOwnSettings(plan, called, scope);
  if (called.returns?.kind !== "struct") return rows;
  const { fields } = called.returns;
  const named: LogicalPlan = { kind: "toNames", names: fields.map((field) => field.name), child: rows };
  const casts = fields.map(({ name, dataType }) =>
    alias({ kind: "cast", child: { kind: "unresolvedAttribute", nameParts: [name] }, type: withoutLengths(dataType) }, name),
  );
  return { kind: "project", expressions: casts, child: named };
}

/** Each parameter's value by its lower-case name: given by position or by name, or its default, as its type. */
function bind(called: SqlFunction, args: readonly Expression[], scope: Lowering): ReadonlyMap<string, Expression> {
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
  return new Map(
    parameters.map(({ name, type, default: otherwise }, i) => {
      const argument = positional[i] ?? named.get(name.toLowerCase());
      const given = argument ? asGiven(argument, called, scope) : otherwise && lowerExpression(otherwise, called.context ?? scope);
      if (!given)
        throw new AnalysisError("REQUIRED_PARAMETER_NOT_FOUND", {
          routineName: sqlId(called.nameParts),
          parameterName: sqlId([name]),
          index: String(i),
        });
      return [name.toLowerCase(), { kind: "cast", child: given, type: withoutLengths(type) }];
    }),
  );
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

function bodyScope(called: SqlFunction, values: ReadonlyMap<string, Expression>, scope: Lowering): Lowering {
  const name = called.nameParts.join(".").toLowerCase();
  const calls = scope.calls ?? [];
  if (calls.includes(name)) {
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `The SQL function ${name}, which calls itself`,
      advice: "Write it without.",
    });
  }
  const own = called.context ? lowering(called.context) : scope;
  return {
    ...own,
    ctes: [],
    laterCtes: [],
    inQuery: false,
    calls: [...calls, name],
    arguments: {
      function: called.nameParts.at(-1)!.toLowerCase(),
      values,
      inPlace: called.body.kind === "expression" && !called.table,
      level: own.level ?? 0,
    },
  };
}
