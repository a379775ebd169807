import { Table, tableToIPC } from "apache-arrow";
import { AnalysisError } from "../errors.ts";
import { newAttribute } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import { quoteName, quoteText } from "../functions/function.ts";
import { arrowToParquet } from "../kernel/arrow-in.ts";
import type { Kernel } from "../kernel/connection.ts";
import { emit, emitNamed } from "../kernel/emit.ts";
import type { FragmentContext } from "../kernel/fragment.ts";
import { columnName } from "../kernel/names.ts";
import { sqlTypeOf } from "../kernel/sql-type.ts";
import { toAttribute } from "../logical/output.ts";
import type { PythonSide } from "../logical/python.ts";
import { outputOf } from "../planner/output.ts";
import type { PythonExec } from "../planner/plan.ts";
import type { Scratch } from "../ports/fabric.ts";
import type { Python, PythonArgument, PythonRequest } from "../ports/python.ts";
import { arrowStreams } from "../result/arrow-stream.ts";
import { fromTransport, toTransport } from "../shuffle/transport.ts";
import { arrowSchemaOf } from "../types/arrow.ts";
import { holdsKind, longType, type StructType, structField, structType } from "../types/data-type.ts";
import { schemaToJson } from "../types/json.ts";
import type { TaskMessage } from "./message.ts";
import { emptySql } from "./open-leaves.ts";

export interface PythonIo {
  readonly kernel: Kernel;
  readonly scratch: Scratch;
  readonly context: FragmentContext;
  /** Absent where functions in Python are not enabled. */
  readonly python: Python | undefined;
  /** Of this node's files. */
  readonly name: string;
  readonly task: TaskMessage;
}

/**
 * Runs functions in Python over a partition, given a SELECT for each child. Gives a SELECT over what they made, beside the child's
 * columns where these pass: then the child's rows are kept in a file, so that they are computed once and stay in order.
 */
export async function runPython(plan: PythonExec, selects: readonly string[], io: PythonIo): Promise<string> {
  const { python, kernel, context } = io;
  if (!python) {
    throw new AnalysisError("FIRECREST_PYTHON", {
      problem: "they are off. Start the server with `firecrest connect --python-functions`, which runs what clients send.",
    });
  }
  checkTypes(plan);
  const passes = plan.form === "columns" || plan.form === "window" || plan.table?.passes === true;
  const sources: string[] = [];
  for (const [i, select] of selects.entries()) {
    const kept = passes || plan.form === "cogroups" || plan.form === "table";
    sources.push(kept ? await keep(plan, i, select, io) : `(${select})`);
  }
  const statements = plan.sides.map((side, i) => sideSql(plan, side, i, sources, context));
  await kernel.prepare(context.session, context.functions.values());
  const results = columnsBack(plan);
  const files: string[] = [];
  for await (const stream of python.run(requestOf(plan, results, io), await inputsOf(statements, io))) {
    const file = `${io.name}-${files.length}.parquet`;
    await io.scratch.write(file, 0, await arrowToParquet(stream));
    files.push(io.scratch.path(file));
  }
  const made = files.length === 0 ? emptySql(results) : backSql(files, results);
  if (plan.form === "table" && !passes) return `SELECT ${plan.results.map(columnName).join(", ")} FROM (${made})`;
  if (!passes) return made;
  const child = outputOf(plan.children[0]!).map(columnName);
  const given = plan.results.map(columnName);
  const columns = [...child, ...given].join(", ");
  if (plan.form === "table") {
    const numbered = `SELECT *, row_number() OVER () - 1 AS python_row FROM ${sources[0]}`;
    return `SELECT ${columns} FROM (${numbered}) JOIN (${made}) ON python_row = ${columnName(ROW)}`;
  }
  return `SELECT ${columns} FROM ${sources[0]} POSITIONAL JOIN (${made})`;
}

/** Source: ArrowUtils.toArrowType and pyarrow, which has no months alone. */
function checkTypes({ sides, results }: PythonExec): void {
  const types = [...sides.flatMap(({ inputs }) => inputs.map(typeOf)), ...results.map((a) => a.type)];
  const found = types.find((type) => holdsKind(type, "year-month interval") || holdsKind(type, "interval"));
  if (found)
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: "An interval of months as a value of a function in Python",
      advice: "Give it a number of months.",
    });
}

/** The number of the group, or of the input row that a table function's row belongs to. */
const ROW: Attribute = newAttribute("python_row", longType, false, 0);

/** What comes back of the functions. */
function columnsBack(plan: PythonExec): readonly Attribute[] {
  if (plan.form === "table") return [ROW, ...plan.results];
  return plan.form === "aggregate" ? plan.output : plan.results;
}

const isGrouped = ({ form }: PythonExec): boolean => form === "groups" || form === "cogroups" || form === "aggregate" || form === "window";

/** The child's rows in a file, in the order in which they go to Python; gives a FROM item. */
async function keep(plan: PythonExec, i: number, select: string, { kernel, context, scratch, name }: PythonIo): Promise<string> {
  const output = outputOf(plan.children[i]!);
  const side = plan.sides[i]!;
  const sorted = plan.form === "window" || (plan.form === "table" && side.keys + side.order.length > 0);
  const order = [
    ...side.inputs.slice(0, side.keys).map((key) => `${emit(key, context)} ASC NULLS FIRST`),
    ...side.order.map((o) => emit(o, context)),
  ];
  const rows = sorted && order.length > 0 ? `SELECT * FROM (${select}) ORDER BY ${order.join(", ")}` : select;
  const path = scratch.path(`${name}-child${i}.parquet`);
  await scratch.write(`${name}-child${i}.parquet`, 0, new Uint8Array());
  await kernel.prepare(context.session, context.functions.values());
  await kernel.run(`COPY (${toTransport(rows, output)}) TO ${quoteText(path)} (FORMAT PARQUET, COMPRESSION UNCOMPRESSED)`);
  return `(${fromTransport(`read_parquet(${quoteText(path)})`, output)})`;
}

interface Statement {
  readonly sql: string;
  readonly columns: readonly Attribute[];
}

/** Keys and arguments of one child; of grouped functions behind the number of their group, in order. */
function sideSql(plan: PythonExec, side: PythonSide, i: number, sources: readonly string[], context: FragmentContext): Statement {
  const inputs = side.inputs.map((e) => emitNamed(e, context));
  const columns = side.inputs.map(toAttribute);
  if (!isGrouped(plan)) return { sql: `SELECT ${inputs.length > 0 ? inputs.join(", ") : "1"} FROM ${sources[i]}`, columns };
  const keys = side.inputs.slice(0, side.keys).map((key) => emit(key, context));
  // Rows of a group keep the order in which they came.
  const rows = `(SELECT *, row_number() OVER () AS python_order FROM ${sources[i]})`;
  const order = ["1", ...side.order.map((o) => emit(o, context)), "python_order"].join(", ");
  if (plan.form === "cogroups") {
    const numbered = cogroupsSql(plan, sources, context);
    const own = columns.slice(side.keys).map((c) => `side.${columnName(c)}`);
    const named = keys.map((_, k) => `numbers.k${k}`);
    const on = keys.map((key, k) => `${key} IS NOT DISTINCT FROM numbers.k${k}`);
    const numbers = on.length > 0 ? `JOIN (${numbered}) numbers ON ${on.join(" AND ")}` : `CROSS JOIN (${numbered}) numbers`;
    return {
      sql: `SELECT ${["numbers.number", ...named, ...own].join(", ")} FROM ${rows} side ${numbers} ORDER BY ${order}`,
      columns: [ROW, ...columns],
    };
  }
  const number =
    keys.length > 0
      ? `CAST(dense_rank() OVER (ORDER BY ${keys.map((key) => `${key} ASC NULLS FIRST`).join(", ")}) AS BIGINT)`
      : "CAST(1 AS BIGINT)";
  return { sql: `SELECT ${[number, ...inputs].join(", ")} FROM ${rows} ORDER BY ${order}`, columns: [ROW, ...columns] };
}

/** The keys of both children, numbered in their order. */
function cogroupsSql(plan: PythonExec, sources: readonly string[], context: FragmentContext): string {
  const count = plan.sides[0]!.keys;
  if (count === 0) return "SELECT CAST(1 AS BIGINT) AS number";
  const names = Array.from({ length: count }, (_, k) => `k${k}`);
  const each = plan.sides.map((side, i) => {
    const keys = side.inputs.slice(0, side.keys).map((key, k) => `${emit(key, context)} AS k${k}`);
    return `SELECT ${keys.join(", ")} FROM ${sources[i]}`;
  });
  const order = names.map((name) => `${name} ASC NULLS FIRST`).join(", ");
  return `SELECT ${names.join(", ")}, CAST(row_number() OVER (ORDER BY ${order}) AS BIGINT) AS number FROM (${each.join(" UNION ")})`;
}

/** A connection has one stream at a time: of two inputs the second waits on disk. */
async function inputsOf(statements: readonly Statement[], io: PythonIo): Promise<readonly AsyncIterable<Uint8Array>[]> {
  const stream = async function* ({ sql, columns }: Statement): AsyncGenerator<Uint8Array> {
    for await (const { parts, rows } of arrowStreams(sql, columns, io.kernel, io.context.session.timeZone))
      if (rows > 0) yield Buffer.concat(parts);
  };
  const [first, second] = statements;
  if (!second) return [stream(first!)];
  const kept: string[] = [];
  for await (const bytes of stream(second)) {
    kept.push(`${io.name}-side-${kept.length}.arrow`);
    await io.scratch.write(kept.at(-1)!, 0, bytes);
  }
  const waiting = async function* (): AsyncGenerator<Uint8Array> {
    for (const name of kept) yield await io.scratch.read(name);
  };
  return [stream(first!), waiting()];
}

function requestOf(plan: PythonExec, back: readonly Attribute[], { context, task }: PythonIo): PythonRequest {
  const { timeZone } = context.session;
  const first = plan.calls[0]!.functions[0]!.python!;
  const sides = plan.sides.map(({ inputs }) => columnsOf(inputs, plan.form === "columns" || plan.form === "table"));
  const conf = {
    ...first.conf,
    "spark.sql.session.timeZone": timeZone,
    ...(plan.bounds === undefined ? {} : { window_bound_types: plan.bounds, pandas_window_bound_types: plan.bounds }),
  };
  return {
    evalType: first.evalType,
    pythonVersion: first.version,
    partition: task.partition,
    stage: task.stage,
    attempt: task.attempt,
    conf,
    functions: plan.calls.map(({ functions, args }) => ({
      commands: functions.map((f) => f.python!.command),
      args: argumentsOf(plan, args),
    })),
    inputs: sides.map(schemaToJson),
    arrowInputs: sides.map((side) => schemaBytes(side, timeZone)),
    output: schemaToJson(schemaOf(plan.results)),
    arrow: schemaBytes(schemaOf(back), timeZone),
    keys: plan.sides[0]!.keys,
    ...(plan.form === "columns" ? { zip: true } : {}),
    filesDir: first.filesDir,
    includes: first.includes,
    ...(plan.table ? { table: plan.table } : {}),
  };
}

/** A function over partitions takes the one column of structs that a partition is. */
function argumentsOf({ form, sides }: PythonExec, args: readonly PythonArgument[]): readonly PythonArgument[] {
  if (form === "map") return [{ offset: 0 }];
  return form === "groups" || form === "cogroups" ? groupArguments(sides) : args;
}

const schemaOf = (columns: readonly Attribute[]): StructType => structType(columns.map((c) => structField(c.name, c.type, true)));

/** Spark calls arguments by their positions, and gives whole rows their names. */
const columnsOf = (inputs: readonly Expression[], numbered: boolean): StructType =>
  structType(inputs.map((e, i) => structField(numbered ? `_${i}` : toAttribute(e).name, typeOf(e), true)));

/** Of each child: how many numbers follow, how many keys, the columns of keys, those of values. Source: PandasGroupUtils.resolveArgOffsets. */
const groupArguments = (sides: readonly PythonSide[]): PythonArgument[] =>
  sides.flatMap(({ inputs, keys }) => [inputs.length + 1, keys, ...inputs.keys()]).map((offset) => ({ offset }));

function schemaBytes(schema: StructType, timeZone: string): string {
  return Buffer.from(tableToIPC(new Table(arrowSchemaOf(schema, timeZone)), "stream")).toString("base64");
}

function backSql(files: readonly string[], columns: readonly Attribute[]): string {
  const selected = columns.map((c, i) => `CAST(${quoteName(`c${i}`)} AS ${sqlTypeOf(c.type)}) AS ${columnName(c)}`);
  return `SELECT ${selected.join(", ")} FROM read_parquet([${files.map(quoteText).join(", ")}])`;
}
