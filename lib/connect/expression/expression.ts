import { sqlText } from "../../dataframe/sql-text.ts";
import { dropFields, withField } from "../../dataframe/update-fields.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { alias, attribute, cast, parseAttributeName, sortOrder } from "../../engine/expressions/build.ts";
import type { CastMode, Expression as EngineExpression, SortOrder as EngineSortOrder } from "../../engine/expressions/expression.ts";
import { withoutLengths } from "../../engine/types/char-type.ts";
import { parseDataType } from "../../engine/types/ddl.ts";
import { invalidPlan } from "../invalid-plan.ts";
import {
  Expression_Cast_EvalMode as EvalMode,
  type Expression,
  type Expression_Alias,
  type Expression_Cast,
  type Expression_SortOrder,
  type Expression_UnresolvedAttribute,
  type Expression_UnresolvedRegex,
  type Expression_UnresolvedStar,
  type Expression_UpdateFields,
  Expression_SortOrder_NullOrdering as NullOrdering,
  Expression_SortOrder_SortDirection as SortDirection,
} from "../protocol/spark/connect/expressions_pb.js";
import { calledClientFunction } from "../python/function.ts";
import { planIdOf, type Translation } from "../translation.ts";
import { engineType, metadataOf } from "../type/data-type.ts";
import { calledFunction, calledSqlFunction } from "./function-call.ts";
import { lambdaOf, namedVariable } from "./lambda.ts";
import { literalOf } from "./literal.ts";
import { originOf } from "./origin.ts";
import { inside, outermost, type Scope } from "./scope.ts";
import { subquery } from "./subquery.ts";
import { windowCall } from "./window.ts";

type ExprType = Expression["exprType"];
type Case = NonNullable<ExprType["case"]>;
type Of<C extends Case> = Extract<ExprType, { case: C }>["value"];
type Rule<C extends Case> = (message: Of<C>, scope: Scope) => EngineExpression | Promise<EngineExpression>;

/** The engine's expression for a client's: unresolved, as the TypeScript API and SQL make it. Throws AnalysisError. */
export const expressionOf = (message: Expression | undefined, t: Translation): Promise<EngineExpression> =>
  expressionIn(message, outermost(t));

/** The same where lambdas may stand around it. */
export async function expressionIn(message: Expression | undefined, scope: Scope): Promise<EngineExpression> {
  const type = message?.exprType;
  if (!type?.case) throw invalidPlan("an expression that says nothing");
  const made = await (rules[type.case] as Rule<Case>)(type.value as Of<Case>, inside(scope));
  const place = originOf(message?.common?.origin);
  return place.origin !== undefined && HAVE_ORIGIN.has(made.kind) ? ({ ...made, ...place } as EngineExpression) : made;
}

/** The kinds that tell where they stand. */
const HAVE_ORIGIN: ReadonlySet<EngineExpression["kind"]> = new Set([
  "unresolvedAttribute",
  "unresolvedStar",
  "unresolvedRegex",
  "unresolvedFunction",
  "unresolvedExtract",
  "cast",
  "scalarSubquery",
  "exists",
  "inSubquery",
]);

const rules: { readonly [C in Case]: Rule<C> } = {
  literal: (message) => literalOf(message),
  unresolvedAttribute: column,
  unresolvedFunction: calledFunction,
  expressionString: ({ expression }) => sqlText(expression),
  unresolvedStar: star,
  alias: named,
  cast: castTo,
  unresolvedRegex: regex,
  sortOrder: sortOrderIn,
  lambdaFunction: lambdaOf,
  window: windowCall,
  unresolvedExtractValue: async ({ child, extraction }, scope) => ({
    kind: "unresolvedExtract",
    child: await expressionIn(child, scope),
    key: await expressionIn(extraction, scope),
  }),
  updateFields: updated,
  unresolvedNamedLambdaVariable: namedVariable,
  commonInlineUserDefinedFunction: async (message, scope) => {
    const args: EngineExpression[] = [];
    for (const argument of message.arguments) args.push(await expressionIn(argument, scope));
    return calledClientFunction(message, args, scope.t);
  },
  callFunction: calledSqlFunction,
  namedArgumentExpression: async ({ key, value }, scope) => ({ kind: "namedArgument", name: key, value: await expressionIn(value, scope) }),
  mergeAction: () => refuse("An action of MERGE outside MERGE"),
  typedAggregateExpression: () => refuse("An aggregate function of the JVM", "Use a built-in function."),
  subqueryExpression: subquery,
  directShufflePartitionId: () => refuse("A partition's number as an expression", "Use repartition with a number and columns."),
  extension: ({ typeUrl }) => refuse(`The extension ${typeUrl} of Spark Connect`),
};

function refuse(feature: string, advice = ""): never {
  throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature, advice });
}

const planIdField = (planId: bigint | undefined) => (planId === undefined ? {} : { planId: planIdOf(planId) });

function column({ unparsedIdentifier, planId }: Expression_UnresolvedAttribute): EngineExpression {
  return attribute(unparsedIdentifier, planId === undefined ? undefined : planIdOf(planId));
}

function star({ unparsedTarget, planId }: Expression_UnresolvedStar): EngineExpression {
  if (unparsedTarget === undefined) return { kind: "unresolvedStar", ...planIdField(planId) };
  if (!unparsedTarget.endsWith(".*")) throw invalidPlan(`the target ${unparsedTarget} of a star`);
  return { kind: "unresolvedStar", target: parseAttributeName(unparsedTarget.slice(0, -2)), ...planIdField(planId) };
}

/** A pattern in backquotes, a table before it or not; other texts are names. Source: Spark's ParserUtils. */
function regex({ colName, planId }: Expression_UnresolvedRegex): EngineExpression {
  const [, target, pattern] = /^(?:([^`]+)\.)?`(.+)`$/s.exec(colName) ?? [];
  if (pattern === undefined) return attribute(colName, planId === undefined ? undefined : planIdOf(planId));
  return { kind: "unresolvedRegex", pattern, ...(target ? { target: [target] } : {}), ...planIdField(planId) };
}

async function named({ expr, name, metadata }: Expression_Alias, scope: Scope): Promise<EngineExpression> {
  if (name.length === 0) throw invalidPlan("an alias without a name");
  if (metadata && name.length > 1) throw invalidPlan("an alias of several names with metadata");
  const made = alias(await expressionIn(expr, scope), ...name);
  return metadata ? { ...made, metadata: metadataOf(metadata) } : made;
}

const MODES: Readonly<Record<EvalMode, CastMode | undefined>> = {
  [EvalMode.UNSPECIFIED]: undefined,
  [EvalMode.LEGACY]: "legacy",
  [EvalMode.ANSI]: "ansi",
  [EvalMode.TRY]: "try",
};

async function castTo({ expr, castToType, evalMode }: Expression_Cast, scope: Scope): Promise<EngineExpression> {
  if (castToType.case === undefined) throw invalidPlan("a cast to no type");
  const type = castToType.case === "type" ? engineType(castToType.value) : parseDataType(castToType.value);
  const mode = MODES[evalMode];
  return { ...cast(await expressionIn(expr, scope), withoutLengths(type)), ...(mode ? { mode } : {}) };
}

async function updated({ structExpression, fieldName, valueExpression }: Expression_UpdateFields, scope: Scope): Promise<EngineExpression> {
  const struct = await expressionIn(structExpression, scope);
  if (!valueExpression) return dropFields(struct, [fieldName]);
  return withField(struct, fieldName, await expressionIn(valueExpression, scope));
}

/** How a client's key sorts. */
export const sortOrderOf = (message: Expression_SortOrder, t: Translation): Promise<EngineSortOrder> => sortOrderIn(message, outermost(t));

/** The same where lambdas may stand around it. */
export async function sortOrderIn({ child, direction, nullOrdering }: Expression_SortOrder, scope: Scope): Promise<EngineSortOrder> {
  const key = await expressionIn(child, scope);
  return sortOrder(key, direction === SortDirection.ASCENDING, nullOrdering === NullOrdering.SORT_NULLS_FIRST);
}
