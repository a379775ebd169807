import type { SparkSession } from "../../dataframe/session.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { PYTHON } from "../../engine/functions/python-type.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { PythonSourceAnswer, PythonSourceRequest } from "../../engine/ports/python-source.ts";
import { binaryType, type StructType, structField, structType } from "../../engine/types/data-type.ts";
import { schemaFromJson, schemaToJson } from "../../engine/types/json.ts";
import { invalidPlan } from "../invalid-plan.ts";
import type { CommonInlineUserDefinedDataSource } from "../protocol/spark/connect/relations_pb.js";
import { SPARK_DEFAULTS } from "../session/spark-defaults.ts";
import type { Translation } from "../translation.ts";
import { pythonOf, userFunction } from "./function.ts";

/** A class that a client pickled: `spark.dataSource.register`. */
export interface ClientSource {
  readonly name: string;
  /** In base64. */
  readonly command: string;
  readonly pythonVersion: string;
}

/** Parts that one source is read in at once; more of them share tasks. */
const MOST_TASKS = 1_000;
const MESSAGE = structType([structField("message", binaryType)]);

const registered = new WeakMap<SparkSession, Map<string, ClientSource>>();

/** The sources that a session knows, by their names in lower case. */
export function dataSourcesOf(session: SparkSession): Map<string, ClientSource> {
  const known = registered.get(session) ?? new Map<string, ClientSource>();
  registered.set(session, known);
  return known;
}

/** A later source of a name takes its place. */
export async function registerDataSource(message: CommonInlineUserDefinedDataSource, t: Translation): Promise<void> {
  const { name, dataSource } = message;
  if (dataSource.case !== "pythonDataSource") throw invalidPlan(`the data source ${name} in no language`);
  pythonOf(t);
  const { command, pythonVer } = dataSource.value;
  dataSourcesOf(t.spark).set(name.toLowerCase(), { name, command: Buffer.from(command).toString("base64"), pythonVersion: pythonVer });
}

/** What a client says of where the rows are, beside the name. */
export interface SourceOptions {
  readonly options: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
}

/** The rows of a source: a task for each of its parts. The source says its columns where the user does not. */
export async function readSource(
  source: ClientSource,
  from: SourceOptions & { schema?: StructType },
  t: Translation,
): Promise<LogicalPlan> {
  const { schema, command, partitions } = await ask(
    {
      ask: "read",
      source: source.command,
      provider: source.name,
      options: withPaths(from),
      ...(from.schema ? { schema: schemaToJson(from.schema) } : {}),
      batchRows: Math.max(1, Number(setting(t, "spark.sql.execution.arrow.maxRecordsPerBatch"))),
      binaryAsBytes: setting(t, "spark.sql.execution.pyspark.binaryAsBytes") !== "false",
    },
    source,
    t,
  );
  const parts = { kind: "range", start: 0n, end: BigInt(partitions!), step: 1n, partitions: Math.min(partitions!, MOST_TASKS) } as const;
  return overRows(source, command!, schemaFromJson(schema!), parts, t);
}

/** Writes a plan's rows, a task a partition, and has the source commit what they said, or abort. Source: Spark's PythonBatchWrite. */
export async function writeSource(
  source: ClientSource,
  to: SourceOptions & { readonly overwrite: boolean },
  plan: LogicalPlan,
  t: Translation,
): Promise<void> {
  const schema = await t.spark.engine.schema(plan, t.spark.conf.forEngine());
  const { command, writer } = await ask(
    {
      ask: "write",
      source: source.command,
      provider: source.name,
      options: withPaths(to),
      schema: schemaToJson(schema),
      overwrite: to.overwrite,
      binaryAsBytes: setting(t, "spark.sql.execution.pyspark.binaryAsBytes") !== "false",
    },
    source,
    t,
  );
  const said: string[] = [];
  try {
    const rows = t.spark.frame<{ message: Uint8Array }>(overRows(source, command!, MESSAGE, plan, t)).toLocalIterator();
    for await (const { message } of rows) said.push(Buffer.from(message).toString("base64"));
    await ask({ ask: "commit", writer: writer!, messages: said }, source, t);
  } catch (error) {
    // What failed is told, not what abort makes of it.
    await ask({ ask: "abort", writer: writer!, messages: [...said, null] }, source, t).catch(() => {});
    throw error;
  }
}

type Asked = PythonSourceRequest extends infer R
  ? R extends PythonSourceRequest
    ? Omit<R, "pythonVersion" | "filesDir" | "includes">
    : never
  : never;

function ask(request: Asked, { pythonVersion }: ClientSource, t: Translation): Promise<PythonSourceAnswer> {
  const { paths: includes, files: filesDir = "" } = pythonOf(t);
  const { engine } = t.spark;
  if (!engine.pythonSource)
    throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: "A data source in Python", advice: "Use one of the built-in formats." });
  return engine.pythonSource({ ...request, pythonVersion, filesDir, includes });
}

/** A function of batches over a plan's rows. */
function overRows(
  { name, pythonVersion }: ClientSource,
  command: string,
  schema: StructType,
  child: LogicalPlan,
  t: Translation,
): LogicalPlan {
  const pickled = Buffer.from(command, "base64");
  const called = userFunction({ name, deterministic: true, evalType: PYTHON.mapArrowIter, command: pickled, pythonVer: pythonVersion }, t);
  return {
    kind: "python",
    form: "map",
    calls: [{ functions: [called], args: [] }],
    sides: [{ inputs: [], keys: 0, order: [] }],
    schema,
    children: [child],
  };
}

/** Source: DataSourceV2Utils.getOptionsWithPaths. */
function withPaths({ options, paths }: SourceOptions): Readonly<Record<string, string>> {
  if (paths.length === 0) return options;
  return paths.length === 1 ? { ...options, path: paths[0]! } : { ...options, paths: JSON.stringify(paths) };
}

const setting = (t: Translation, key: string): string => t.spark.conf.get(key, SPARK_DEFAULTS[key] ?? "") ?? "";
