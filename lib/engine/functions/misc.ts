import { AnalysisError } from "../errors.ts";
import { stringLiteral } from "../expressions/build.ts";
import { prettyName } from "../expressions/print.ts";
import { typeName } from "../expressions/print-type.ts";
import { typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { scalarsOf } from "./define.ts";
import { any, type FunctionEntry, of, quoteText, raise, type ScalarFunction, takes, takesUpTo } from "./function.ts";
import { placeOf } from "./random.ts";

/** Identity, place and assertions. */
const scalar = scalarsOf("misc");
const text = of(t.stringType);

/** The number of the partition that a task works on; task/ sets it before a fragment runs. */
const PARTITION = "CAST(coalesce(getvariable('firecrest_partition'), 0) AS INTEGER)";
/** Rows of a partition are numbered in the low bits. Source: Spark's MonotonicallyIncreasingID. */
const ROW_BITS = 33;

const constant = (names: string, doc: string, value: string): ScalarFunction =>
  scalar(names, doc, takes(), t.stringType, () => quoteText(value), { nullable: false });

/** What a task does not know. */
const unknown = (names: string, doc: string, returns: t.DataType, advice: string): ScalarFunction =>
  scalar(
    names,
    doc,
    takes(),
    returns,
    (_, call) => {
      throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: `The function ${call.name}`, advice });
    },
    { deterministic: false, nullable: false },
  );

/** An error in the place of a value; DuckDB has to be told a type. */
const failing = (message: string): string => `CAST(${raise("USER_RAISED_EXCEPTION", { errorMessage: message })} AS INTEGER)`;

export const miscFunctions: readonly FunctionEntry[] = [
  scalar(
    "uuid",
    "Returns a random UUID.",
    takesUpTo(1, of(t.longType)),
    t.stringType,
    ([seed]) => (seed === undefined ? "CAST(uuid() AS VARCHAR)" : `firecrest_random_uuid(${placeOf(seed)})`),
    {
      deterministic: false,
      positional: (args) => args.length === 1,
      nullable: false,
    },
  ),
  scalar(
    "monotonically_increasing_id",
    "Returns a number that grows from row to row; the partition is in the high bits.",
    takes(),
    t.longType,
    () => `((CAST(${PARTITION} AS BIGINT) << ${ROW_BITS}) + row_number() OVER () - 1)`,
    { deterministic: false, nullable: false, positional: () => true },
  ),
  scalar("spark_partition_id", "Returns the number of the row's partition.", takes(), t.integerType, () => PARTITION, {
    deterministic: false,
    nullable: false,
  }),
  scalar("input_file_name", "Returns the file that the row was read from, or an empty text.", takes(), t.stringType, () => "''", {
    deterministic: false,
    nullable: false,
  }),
  scalar(
    "input_file_block_start",
    "Returns where the block of the row begins in its file, or -1.",
    takes(),
    t.longType,
    () => "CAST(-1 AS BIGINT)",
    {
      deterministic: false,
      nullable: false,
    },
  ),
  scalar(
    "input_file_block_length",
    "Returns how long the block of the row is in its file, or -1.",
    takes(),
    t.longType,
    () => "CAST(-1 AS BIGINT)",
    {
      deterministic: false,
      nullable: false,
    },
  ),
  scalar("typeof", "Returns the type of the argument.", takes(any), t.stringType, (_, call) => quoteText(typeName(typeOf(call.args[0]!))), {
    nullable: false,
  }),
  scalar(
    "unwrap_udt",
    "What a value of a user-defined type is kept as.",
    takes(any),
    ([value]) => t.keptAs(value!),
    ([value]) => value!,
    { internal: true },
  ),
  scalar(
    "assert_true",
    "Returns NULL if the condition is true, else raises an error.",
    takesUpTo(1, of(t.booleanType), text),
    t.voidType,
    ([condition, message]) => `(CASE WHEN ${condition} THEN CAST(NULL AS INTEGER) ELSE ${failing(message!)} END)`,
    {
      nullable: true,
      check: (args) => (args.length === 1 ? [args[0]!, stringLiteral(`'${prettyName(args[0]!)}' is not true!`)] : args),
    },
  ),
  scalar(
    "raise_error",
    "Raises an error with a message.",
    takes(text),
    t.voidType,
    ([message]) => failing(`coalesce(${message}, 'null')`),
    { nullable: true },
  ),
  constant("version", "Returns the version of Spark that the answers are those of.", "4.1.1 firecrest"),
  constant("current_catalog", "Returns the current catalog.", "spark_catalog"),
  constant("current_database current_schema", "Returns the current database.", "default"),
  unknown("current_user user session_user", "Returns the user.", t.stringType, "Nobody tells this engine who its user is."),
];
