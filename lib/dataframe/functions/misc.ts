import { Column, type ColumnOrName, columnExpression, expressionOf } from "../column.ts";
import type { DataFrame } from "../dataframe.ts";
import { sqlText } from "../sql-text.ts";
import { unsupported } from "../unsupported.ts";
import { invoke, optional, randomSeed } from "./invoke.ts";

/** About the session, the input and the row. */

/** Decrypts with AES. */
export const aes_decrypt = (
  input: ColumnOrName,
  key: ColumnOrName,
  mode?: ColumnOrName,
  padding?: ColumnOrName,
  aad?: ColumnOrName,
): Column<Uint8Array | null> =>
  invoke(
    "aes_decrypt",
    columnExpression(input),
    columnExpression(key),
    optional(mode, columnExpression),
    optional(padding, columnExpression),
    optional(aad, columnExpression),
  );

/** Encrypts with AES. */
export const aes_encrypt = (
  input: ColumnOrName,
  key: ColumnOrName,
  mode?: ColumnOrName,
  padding?: ColumnOrName,
  iv?: ColumnOrName,
  aad?: ColumnOrName,
): Column<Uint8Array | null> =>
  invoke(
    "aes_encrypt",
    columnExpression(input),
    columnExpression(key),
    optional(mode, columnExpression),
    optional(padding, columnExpression),
    optional(iv, columnExpression),
    optional(aad, columnExpression),
  );

/** Returns NULL where the condition is true, raises otherwise. */
export const assert_true = (col: ColumnOrName, errMsg?: Column | string): Column =>
  invoke("assert_true", columnExpression(col), optional(errMsg, expressionOf));

/** Returns the position of a number in its bitmap bucket. */
export const bitmap_bit_position = (col: ColumnOrName): Column<bigint> => invoke("bitmap_bit_position", columnExpression(col));

/** Returns the bitmap bucket of a number. */
export const bitmap_bucket_number = (col: ColumnOrName): Column<bigint> => invoke("bitmap_bucket_number", columnExpression(col));

/** Returns the number of bits that are set in a bitmap. */
export const bitmap_count = (col: ColumnOrName): Column<bigint | null> => invoke("bitmap_count", columnExpression(col));

/** Returns the current catalog. */
export const current_catalog = (): Column<string> => invoke("current_catalog");

/** Returns the current database. */
export const current_database = (): Column<string> => invoke("current_database");

/** Returns the current database. */
export const current_schema = (): Column<string> => invoke("current_schema");

/** Returns the user. */
export const current_user = (): Column<string> => invoke("current_user");

/** Returns the length of the block being read, in bytes. */
export const input_file_block_length = (): Column<bigint> => invoke("input_file_block_length");

/** Returns the start of the block being read, in bytes. */
export const input_file_block_start = (): Column<bigint> => invoke("input_file_block_start");

/** Returns the file being read, empty where there is none. */
export const input_file_name = (): Column<string> => invoke("input_file_name");

/** Calls a method of Java. */
export const java_method = (...cols: readonly ColumnOrName[]): Column => invoke("java_method", ...cols.map(columnExpression));

/** Returns numbers that grow but are not consecutive: the partition in the upper 31 bits, the row in the lower 33. */
export const monotonically_increasing_id = (): Column<bigint> => invoke("monotonically_increasing_id");

/** Raises an error with a message. */
export const raise_error = (errMsg: Column | string): Column => invoke("raise_error", expressionOf(errMsg));

/** Calls a method of Java. */
export const reflect = (...cols: readonly ColumnOrName[]): Column => invoke("reflect", ...cols.map(columnExpression));

/** Returns the user. */
export const session_user = (): Column<string> => invoke("session_user");

/** Returns the partition's number. */
export const spark_partition_id = (): Column<number> => invoke("spark_partition_id");

/** `aes_decrypt` that gives NULL for bad input. */
export const try_aes_decrypt = (
  input: ColumnOrName,
  key: ColumnOrName,
  mode?: ColumnOrName,
  padding?: ColumnOrName,
  aad?: ColumnOrName,
): Column<Uint8Array | null> =>
  invoke(
    "try_aes_decrypt",
    columnExpression(input),
    columnExpression(key),
    optional(mode, columnExpression),
    optional(padding, columnExpression),
    optional(aad, columnExpression),
  );

/** `reflect` that gives NULL for an exception. */
export const try_reflect = (...cols: readonly ColumnOrName[]): Column => invoke("try_reflect", ...cols.map(columnExpression));

/** Returns the name of the value's type. */
const typeOf = (col: ColumnOrName): Column<string> => invoke("typeof", columnExpression(col));

export { typeOf as typeof };

/** Returns the user. */
export const user = (): Column<string> => invoke("user");

/** Returns a random UUID. */
export const uuid = (seed: Column | number | bigint = randomSeed()): Column<string> => invoke("uuid", expressionOf(seed));

/** Returns Spark's version. */
export const version = (): Column<string> => invoke("version");

/** Calls a function by its name, one of Spark's or one that `spark.udf.register` named. */
export const call_function = (funcName: string, ...cols: readonly ColumnOrName[]): Column =>
  invoke(funcName, ...cols.map(columnExpression));

/** Marks a DataFrame as small enough to be sent to every task of a join. */
export const broadcast = <T>(df: DataFrame<T>): DataFrame<T> => df.hint("broadcast");

/** The column of a SQL expression, which may name itself: `expr("a + 1 AS b")`. An action throws PARSE_SYNTAX_ERROR where it is none. */
export const expr = (str: string): Column => new Column(sqlText(str));

/** `call_function` of one that `spark.udf.register` named. */
export const call_udf = call_function;

const refuse =
  (feature: string, advice: string) =>
  (..._args: readonly unknown[]): never => {
    throw unsupported(feature, advice);
  };

/** Table-valued functions of the user's. */
export const udtf = refuse("udtf", "Use a udf that gives an array, and explode.");
/** Vectorised table-valued functions of the user's. */
export const arrow_udtf = refuse("arrow_udtf", "Use mapInArrow.");
/** Values of user-defined types. */
export const unwrap_udt = refuse("unwrap_udt", "Use a struct.");

const transform = (name: string) => refuse(`partitioning.${name}`, "Partition by a column that holds the value.");
/** Partition transforms of tables. */
export const partitioning = {
  years: transform("years"),
  months: transform("months"),
  days: transform("days"),
  hours: transform("hours"),
  bucket: transform("bucket"),
} as const;
