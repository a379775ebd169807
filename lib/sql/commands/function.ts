import type { CatalogFunction } from "../../catalog/objects.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { alias, cast, nullLiteral } from "../../engine/expressions/build.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import { callableNamed } from "../../engine/functions/registry.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { withoutLengths } from "../../engine/types/char-type.ts";
import { type DataType, type StructType, sameType, structField, structType } from "../../engine/types/data-type.ts";
import type { SqlFunction } from "../lower/context.ts";
import { lowering } from "../lower/context.ts";
import { lowerExpression } from "../lower/expression.ts";
import { callSqlFunction, tableSqlFunction } from "../lower/sql-function.ts";
import { bodyOfFunction, loadFunctions } from "../session/loaded-functions.ts";
import { tableOfParts } from "../session/names.ts";
import { nothing } from "../session/outcome.ts";
import { capturedConf } from "../session/session-conf.ts";
import type { StatementContext } from "../session/statement-context.ts";
import { namesIn, plainParts } from "../session/syntax-names.ts";
import type { FunctionParameter } from "../syntax/statement.ts";
import type { Command, Of } from "./commands.ts";
import { isCondition } from "./schema.ts";
import { refusedVariable } from "./variable.ts";

type CreateFunction = Of<"createFunction">;

/** CREATE FUNCTION of a body in SQL. Source: Spark's CreateSQLFunctionCommand. */
export const createFunction: Command<"createFunction"> = async (statement, context) => {
  const parts = context.parts(statement.name);
  if (statement.className !== undefined || statement.body === undefined)
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `The function ${parts.join(".")} of a class on the JVM`,
      advice: "Write it in SQL, or register one of TypeScript.",
    });
  const { session } = context;
  const place = placeOf(parts, statement, context);
  const parameters = checkedParameters(statement, place.name);
  const draft: CatalogFunction = {
    ...place,
    parameters,
    returns: structType([]),
    isTable: statement.returns?.kind === "table",
    body: statement.bodyText ?? "",
    isQuery: statement.body.kind === "query",
    conf: capturedConf(session.conf),
    currentCatalog: session.currentCatalog,
    currentSchema: session.currentSchema,
    created: session.now(),
    ...(statement.comment === undefined ? {} : { comment: statement.comment }),
    ...(statement.deterministic === undefined ? {} : { deterministic: statement.deterministic }),
    ...(statement.dataAccess === undefined ? {} : { dataAccess: statement.dataAccess }),
  };
  if (draft.isTable && statement.body.kind !== "query")
    throw new AnalysisError("USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_BODY_MUST_BE_A_QUERY", { name: place.name });
  if (!statement.temporary) await refuseCycle(draft, statement, context);
  refuseComplex(statement);
  await loadFunctions([statement.body, statement.parameters?.map((parameter) => parameter.default)], context.session);
  const returns = await returnType(draft, statement, context);
  const reads = await readsTables(statement.body, context);
  if (reads && statement.dataAccess === "containsSql") throw new AnalysisError("INVALID_SQL_FUNCTION_DATA_ACCESS", {});
  await store({ ...draft, returns, dataAccess: reads ? "readsSqlData" : (statement.dataAccess ?? "containsSql") }, statement, context);
  return nothing();
};

/** A value for each call cannot come from functions of many rows. Throws USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS. */
function refuseComplex({ body, bodyText = "", returns }: CreateFunction): void {
  if (body?.kind !== "expression" || returns?.kind === "table" || !callsComplex(body.expression)) return;
  throw new AnalysisError("USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS", { queryText: bodyText });
}

/** Whether an expression, queries in it apart, calls an aggregate, a window function or a generator. */
function callsComplex(tree: unknown): boolean {
  if (typeof tree !== "object" || tree === null) return false;
  const { kind, name, over } = tree as { kind?: string; name?: { kind?: string; parts?: readonly { name: string }[] }; over?: unknown };
  if (kind === "subquery" || kind === "exists") return false;
  const called = kind === "call" && name?.parts?.length === 1 ? callableNamed(name.parts[0]!.name)?.kind : undefined;
  if (over !== undefined || (called !== undefined && called !== "scalar")) return true;
  return Object.entries(tree).some(([key, value]) => !(kind === "inSubquery" && key === "query") && callsComplex(value));
}

/** Whether a body reads tables or views, through other functions too. */
async function readsTables(body: unknown, context: StatementContext): Promise<boolean> {
  const { tables, functions, definitions } = namesIn(body);
  const defined = new Set(definitions);
  if (tables.map(plainParts).some((parts) => !(parts?.length === 1 && defined.has(parts[0]!.toLowerCase())))) return true;
  for (const parts of functions.map(plainParts)) {
    if (!parts || parts.length > 2 || (parts.length === 1 && callableNamed(parts[0]!))) continue;
    const { schema, table } = tableOfParts(parts, context.session.currentSchema);
    const found =
      (parts.length === 1 ? context.session.functions.temporary(parts[0]!) : undefined) ?? (await context.catalog.function(schema, table));
    if (found?.dataAccess === "readsSqlData") return true;
  }
  return false;
}

function placeOf(parts: readonly string[], { temporary }: CreateFunction, { session }: StatementContext): { schema: string; name: string } {
  if (temporary) {
    if (parts.length > 1)
      throw new AnalysisError("INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_DATABASE", { database: sqlId(parts.slice(0, -1)) });
    return { schema: session.currentSchema, name: parts[0]!.toLowerCase() };
  }
  const { schema, table } = tableOfParts(parts, session.currentSchema);
  return { schema, name: table };
}

/** Throws DUPLICATE_ROUTINE_PARAMETER_NAMES and the conditions of parameters that cannot be. */
function checkedParameters({ parameters = [], returns }: CreateFunction, routineName: string): CatalogFunction["parameters"] {
  refuseNotNull(parameters);
  refuseTwice(parameters, (names) => new AnalysisError("DUPLICATE_ROUTINE_PARAMETER_NAMES", { routineName, names }));
  for (const [i, parameter] of parameters.entries()) {
    const next = parameters[i + 1];
    if (parameter.default && next && !next.default)
      throw new AnalysisError("USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_PARAMETER_POSITION", {
        functionName: routineName,
        parameterName: parameter.name.name,
        nextParameterName: next.name.name,
      });
    if (parameter.default && holdsQuery(parameter.default))
      throw new AnalysisError("USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_EXPRESSION", {
        functionName: routineName,
        parameterName: parameter.name.name,
      });
  }
  const types = [
    ...parameters.map(({ type }) => type),
    ...(returns?.kind === "type" ? [returns.type] : (returns?.columns ?? []).map(({ type }) => type)),
  ];
  if (types.some((type) => !sameType(type, withoutLengths(type)))) throw new AnalysisError("UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING", {});
  for (const { default: expression } of parameters) {
    const [column] = namesIn(expression).columns;
    if (column?.kind === "name")
      throw new AnalysisError("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", { objectName: sqlId(column.parts.map((part) => part.name)) });
  }
  if (returns?.kind === "table" && returns.columns) {
    refuseNotNull(returns.columns);
    refuseTwice(returns.columns, (columns) => new AnalysisError("DUPLICATE_ROUTINE_RETURNS_COLUMNS", { routineName, columns }));
  }
  return parameters.map(({ name, type, defaultText, comment }) => ({
    name: name.name,
    type,
    ...(defaultText === undefined ? {} : { default: defaultText }),
    ...(comment === undefined ? {} : { comment }),
  }));
}

function refuseNotNull(parameters: readonly FunctionParameter[]): void {
  const found = parameters.find(({ notNull }) => notNull);
  if (found) throw new AnalysisError("USER_DEFINED_FUNCTIONS.NOT_NULL_ON_FUNCTION_PARAMETERS", { input: found.name.name });
}

function refuseTwice(parameters: readonly FunctionParameter[], error: (names: string) => AnalysisError): void {
  const names = parameters.map(({ name }) => name.name.toLowerCase());
  const twice = [...new Set(names.filter((name, i) => names.indexOf(name) < i))].sort();
  if (twice.length > 0) throw error(twice.map((name) => sqlId([name])).join(", "));
}

function holdsQuery(tree: unknown): boolean {
  if (typeof tree !== "object" || tree === null) return false;
  const { kind } = tree as { kind?: string };
  if (kind === "subquery" || kind === "exists" || kind === "inSubquery") return true;
  return Object.values(tree).some(holdsQuery);
}

/** The type of the function's value or the columns of its rows: as it says, or as its body gives. The body is analyzed, so that mistakes show now. */
async function returnType(
  draft: CatalogFunction,
  { parameters = [], returns, temporary }: CreateFunction,
  context: StatementContext,
): Promise<DataType> {
  const declared = returns?.kind === "type" ? returns.type : returns?.columns ? columnsOf(returns.columns) : undefined;
  const own = (temporary ? context : context.withoutVariables()).lowering();
  const called: SqlFunction = {
    nameParts: [draft.name],
    parameters: draft.parameters.map(({ name, type }) => ({ name, type })),
    ...(declared && !draft.isTable ? { returns: declared } : {}),
    ...(draft.isTable ? { table: true } : {}),
    body: bodyOfFunction(draft),
    context: own,
  };
  const args = parameters.map(({ type, default: otherwise }) =>
    otherwise ? lowerExpression(otherwise, own) : cast(nullLiteral(withoutLengths(type)), withoutLengths(type)),
  );
  const plan: LogicalPlan = draft.isTable
    ? tableSqlFunction(called, args, lowering(own))
    : { kind: "project", expressions: [alias(callSqlFunction(called, args, lowering(own)), "value")], child: { kind: "oneRow" } };
  const permanent = { obj: "FUNCTION" as const, objName: sqlId([draft.schema, draft.name]) };
  const settled = await context.session.settle(plan);
  const schema = await context.schema(settled).catch(temporary ? undefined : refusedVariable(permanent, context));
  if (!draft.isTable) return declared ?? schema.fields[0]!.dataType;
  const found = declared ?? structType(schema.fields.map(({ name, dataType }) => structField(name, dataType)));
  refuseOtherCount(schema, found as StructType, draft.name);
  return found;
}

function refuseOtherCount(schema: StructType, returns: StructType, name: string): void {
  if (schema.fields.length !== returns.fields.length)
    throw new AnalysisError("USER_DEFINED_FUNCTIONS.RETURN_COLUMN_COUNT_MISMATCH", {
      outputSize: String(schema.fields.length),
      returnParamSize: String(returns.fields.length),
      name,
    });
}

const columnsOf = (columns: readonly FunctionParameter[]): StructType =>
  structType(columns.map(({ name, type, comment }) => structField(name.name, type, true, comment === undefined ? undefined : { comment })));

/** Throws CYCLIC_FUNCTION_REFERENCE where the function would call itself, through others too. */
async function refuseCycle(draft: CatalogFunction, { body }: CreateFunction, context: StatementContext): Promise<void> {
  const target = sqlId(["spark_catalog", draft.schema, draft.name]);
  const seen = new Set<string>();
  const visit = async (tree: unknown, currentSchema: string, path: readonly string[]): Promise<void> => {
    for (const parts of namesIn(tree).functions.map(plainParts)) {
      if (!parts || parts.length > 3 || (parts.length === 1 && callableNamed(parts[0]!))) continue;
      const { schema, table } =
        parts.length === 3 && parts[0]!.toLowerCase() !== "spark_catalog" ? { schema: "", table: "" } : tableOfParts(parts, currentSchema);
      const id = sqlId(["spark_catalog", schema, table]);
      if (id === target) throw new AnalysisError("CYCLIC_FUNCTION_REFERENCE", { path: [...path, id].join(" -> ") });
      if (seen.has(id)) continue;
      seen.add(id);
      const found = schema === "" ? undefined : await context.catalog.function(schema, table);
      if (found) await visit(bodyOfFunction(found), found.currentSchema, [...path, id]);
    }
  };
  await visit(body, context.session.currentSchema, [target]);
}

async function store(
  value: CatalogFunction,
  { temporary, replace, ifNotExists }: CreateFunction,
  context: StatementContext,
): Promise<void> {
  const { functions } = context.session;
  if (temporary) {
    if (functions.temporary(value.name) && !replace) {
      if (ifNotExists) return;
      throw new AnalysisError("ROUTINE_ALREADY_EXISTS", {
        routineName: sqlId([value.name]),
        newRoutineType: "routine",
        existingRoutineType: "routine",
      });
    }
    functions.setTemporary(value);
    return;
  }
  refuseTemporaryNames(value, context);
  try {
    await context.catalog.createFunction(value, replace);
  } catch (thrown) {
    if (!ifNotExists || !isCondition(thrown, "ROUTINE_ALREADY_EXISTS")) throw thrown;
  }
}

/** Throws INVALID_TEMP_OBJ_REFERENCE. */
function refuseTemporaryNames(value: CatalogFunction, { session }: StatementContext): void {
  const names = namesIn(bodyOfFunction(value));
  const refuse = (tempObj: string, parts: readonly string[]): never => {
    const objName = sqlId(["spark_catalog", value.schema, value.name]);
    throw new AnalysisError("INVALID_TEMP_OBJ_REFERENCE", { obj: "FUNCTION", objName, tempObj, tempObjName: sqlId(parts) });
  };
  const defined = new Set(names.definitions);
  for (const parts of names.tables.map(plainParts))
    if (parts && !(parts.length === 1 && defined.has(parts[0]!.toLowerCase())) && session.views.find(parts)) refuse("VIEW", parts);
  for (const parts of names.functions.map(plainParts))
    if (parts?.length === 1 && session.functions.temporary(parts[0]!)) refuse("FUNCTION", parts);
}

/** DROP FUNCTION, DROP TEMPORARY FUNCTION. */
export const dropFunction: Command<"dropFunction"> = async ({ name, temporary, ifExists }, context) => {
  const parts = context.parts(name);
  const { session } = context;
  if (temporary) {
    if (parts.length > 1)
      throw new AnalysisError("INVALID_SQL_SYNTAX.MULTI_PART_NAME", { statement: "DROP TEMPORARY FUNCTION", name: sqlId(parts) });
    if (callableNamed(parts[0]!) && !session.functions.temporary(parts[0]!))
      throw new AnalysisError("_LEGACY_ERROR_TEMP_1255", { functionName: parts[0]! });
    if (!session.functions.dropTemporary(parts[0]!) && !ifExists)
      throw new AnalysisError("ROUTINE_NOT_FOUND", { routineName: sqlId(parts) });
    return nothing();
  }
  if (parts.length === 1 && callableNamed(parts[0]!)) throw forbidden("DROP", parts);
  const { schema, table } = tableOfParts(parts, session.currentSchema);
  if (!(await context.catalog.dropFunction(schema, table)) && !ifExists)
    throw new AnalysisError("ROUTINE_NOT_FOUND", { routineName: sqlId(["spark_catalog", schema, table]) });
  return nothing();
};

const forbidden = (statement: string, parts: readonly string[]): AnalysisError =>
  new AnalysisError("FORBIDDEN_OPERATION", { statement, objectType: "BUILTIN FUNCTION", objectName: sqlId(parts) });

/** REFRESH FUNCTION: they are read for each statement, so only the name is checked. */
export const refreshFunction: Command<"refreshFunction"> = async ({ name }, context) => {
  const parts = context.parts(name);
  if (parts.length === 1 && callableNamed(parts[0]!)) throw new AnalysisError("_LEGACY_ERROR_TEMP_1256", { functionName: parts[0]! });
  const { schema, table } = tableOfParts(parts, context.session.currentSchema);
  if (!(await context.catalog.function(schema, table)))
    throw new AnalysisError("ROUTINE_NOT_FOUND", { routineName: sqlId(["spark_catalog", schema, table]) });
  return nothing();
};
