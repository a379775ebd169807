import { AnalysisError } from "../engine/errors.ts";
import { alias, sortOrder } from "../engine/expressions/build.ts";
import type { Expression } from "../engine/expressions/expression.ts";
import { someExpression } from "../engine/expressions/traverse.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import type { TableInput } from "../engine/logical/python.ts";
import { allPlansBelow } from "../engine/logical/subqueries.ts";
import type { PythonAnalysis } from "../engine/ports/python.ts";
import { schemaFromJson, schemaToJson, typeToJson } from "../engine/types/json.ts";
import { besideRows, type PythonTableFunction, type RegisteredTableFunction, tableEvaluation } from "./python-table-function.ts";
import type { SparkSession } from "./session.ts";
import { sqlText } from "./sql-text.ts";

/** A table function called somewhere: over the rows of `child`, where its arguments are no constants. */
export interface TableCall {
  readonly args: readonly Expression[];
  readonly input?: TableInput;
  readonly child?: LogicalPlan;
}
export interface AnalyzedCall {
  readonly called: PythonTableFunction;
  readonly input?: TableInput;
}

/**
 * Asks a table function without declared columns for them, in Python, as Spark's analyzer does.
 * Source: UserDefinedPythonTableFunctionAnalyzeRunner, PythonUDTFAnalyzeResult.applyToTableArgument.
 */
export async function analyzedCall(called: RegisteredTableFunction, call: TableCall, session: SparkSession): Promise<AnalyzedCall> {
  const { function: f, schema } = called;
  if (schema) return { called: { function: f, schema }, ...(call.input ? { input: call.input } : {}) };
  const { engine } = session;
  if (!engine.analyzeTableFunction)
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `The method analyze() of the table function ${f.name}`,
      advice: "Declare what the function gives with returnType.",
    });
  const { command, version, filesDir, includes } = f.python!;
  const described = await argumentsOf(call, session);
  const request = { analyze: f.name, command, pythonVersion: version, filesDir, includes, args: described.args };
  const analysis = await engine.analyzeTableFunction(request, described.constants);
  checkMetadata(analysis, f.name);
  const made: PythonTableFunction = { function: f, schema: schemaFromJson(analysis.schema), analyzed: analysis.pickled };
  const { input } = call;
  if (!input) return { called: made };
  const asksForPartitions = analysis.single || analysis.partitionBy.length > 0;
  if (asksForPartitions && (input.single || input.partitionBy.length > 0))
    throw new AnalysisError("TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INCOMPATIBLE_WITH_CALL", {
      functionName: f.name,
      requestedMetadata: "specified its own required partitioning of the input table",
      invalidFunctionCallProperty:
        "specified the WITH SINGLE PARTITION or PARTITION BY clause; please remove these clauses and retry the query again.",
    });
  const orderBy = analysis.orderBy.map(({ text, ascending, nulls }) =>
    sortOrder(sqlText(text), ascending, nulls === 0 ? ascending : nulls === 1),
  );
  return {
    called: made,
    input: {
      ...input,
      ...(analysis.select.length > 0 ? { select: analysis.select.map(selected) } : {}),
      ...(analysis.single ? { single: true as const } : {}),
      ...(analysis.partitionBy.length > 0 ? { partitionBy: analysis.partitionBy.map(sqlText) } : {}),
      ...(orderBy.length > 0 ? { orderBy } : {}),
    },
  };
}

/** Source: PythonUDTFAnalyzeResult.applyToTableArgument. */
function checkMetadata({ single, partitionBy, orderBy }: PythonAnalysis, functionName: string): void {
  const reason =
    single && partitionBy.length > 0
      ? "the 'with_single_partition' field cannot be assigned to true if the 'partition_by' list is non-empty"
      : orderBy.length > 0 && !single && partitionBy.length === 0
        ? "the 'order_by' field cannot be non-empty unless the 'with_single_partition' field is set to true or the 'partition_by' list is non-empty"
        : undefined;
  if (reason !== undefined) throw new AnalysisError("TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INVALID", { functionName, reason });
}

function selected({ text, alias: name }: PythonAnalysis["select"][number]): Expression {
  const expression = sqlText(text);
  return name === "" ? expression : alias(expression, name);
}

const oneRow: LogicalPlan = { kind: "oneRow" };
const isConstant = (e: Expression): boolean =>
  !someExpression(e, (part) => part.kind === "unresolvedAttribute" || part.kind === "unresolvedStar" || part.kind === "unresolvedRegex");

/** Types of all arguments, and the values of those that hang on no row. */
async function argumentsOf({ args, input, child = oneRow }: TableCall, session: SparkSession) {
  const conf = session.conf.forEngine();
  const given = args.map((arg) => (arg.kind === "namedArgument" ? { name: arg.name, value: arg.value } : { value: arg }));
  const scalars = given.filter(({ value }) => value.kind !== "unresolvedStar").map(({ value }) => value);
  const columns = (values: readonly Expression[]) => values.map((value, i) => alias(value, `_${i}`));
  const typesPlan = await session.settled({ kind: "project", expressions: columns(scalars), child });
  const types = scalars.length > 0 ? (await session.engine.schema(typesPlan, conf)).fields.map((field) => field.dataType) : [];
  const described = [];
  for (const { value, ...named } of given) {
    const isTable = value.kind === "unresolvedStar";
    const type = isTable
      ? schemaToJson(await session.engine.schema(await session.settled(input!.plan), conf))
      : JSON.stringify(typeToJson(types[scalars.indexOf(value)]!));
    described.push({ type, isTable, constant: !isTable && isConstant(value), ...named });
  }
  const constants = scalars.filter(isConstant);
  return { args: described, constants: await valuesOf(constants.length > 0 ? columns(constants) : [], session) };
}

async function valuesOf(expressions: readonly Expression[], session: SparkSession): Promise<Uint8Array> {
  const wanted = expressions.length > 0 ? expressions : [alias({ kind: "literal", value: 1, type: { kind: "integer" } }, "_")];
  const plan = await session.settled({ kind: "project", expressions: wanted, child: oneRow });
  const { chunks } = await session.engine.execute(plan, session.conf.forEngine());
  const found: Uint8Array[] = [];
  for await (const chunk of chunks) found.push(chunk);
  return found[0]!;
}

/** A call by its name, after its function has said what it gives. */
export async function analyzedNode(called: RegisteredTableFunction, node: LogicalPlan, session: SparkSession): Promise<LogicalPlan> {
  if (node.kind === "lateralView" && node.generator.kind === "unresolvedFunction") {
    const { args } = node.generator;
    return besideRows((await analyzedCall(called, { args, child: node.child }, session)).called, args, node);
  }
  if (node.kind !== "tableFunction") throw new TypeError(`a ${node.kind} calls no table function`);
  const made = await analyzedCall(called, node, session);
  return tableEvaluation(made.called, node.args, made.input);
}

/** All plans in a plan, what is inside of each before it. */
export const allPlans = (plan: LogicalPlan): LogicalPlan[] => [...allPlansBelow(plan).flatMap(allPlans), plan];
