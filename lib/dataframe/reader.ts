import type { StructType } from "../engine/types/data-type.ts";
import type { DataFrame } from "./dataframe.ts";
import type { RowOfDdl } from "./ddl-type.ts";
import { originField } from "./origin.ts";
import { refuse } from "./refused.ts";
import type { Row } from "./row.ts";
import type { ConfValue } from "./runtime-config.ts";
import { asStructType } from "./schema.ts";
import type { SparkSession } from "./session.ts";
import { unsupported } from "./unsupported.ts";

interface Settings {
  readonly format?: string;
  /** By lower-case name. */
  readonly options: Readonly<Record<string, string>>;
  readonly schema?: StructType;
}
export type Options = Readonly<Record<string, ConfValue | null | undefined>>;

/** Options by lower-case name, as Spark takes them in any case; null and undefined are left out. */
export function lowerCased(options: Options): Record<string, string> {
  const given = Object.entries(options).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key.toLowerCase(), String(value)]));
}

/**
 * Reads files, as `pyspark.sql.DataFrameReader`. Each method gives a new reader. T is the row that the schema's text tells:
 * `spark.read.schema("id string, amount double").csv(path)`.
 */
export class DataFrameReader<T = Row> {
  readonly #session: SparkSession;
  readonly #settings: Settings;

  /** @internal */
  constructor(session: SparkSession, settings: Settings = { options: {} }) {
    this.#session = session;
    this.#settings = settings;
  }
  /** `parquet`, `csv`, `json`, `text`, ... */
  format(source: string): DataFrameReader<T> {
    return this.#with({ format: source.toLowerCase() });
  }
  option(key: string, value: ConfValue | null): DataFrameReader<T> {
    return this.options({ [key]: value });
  }
  options(options: Options): DataFrameReader<T> {
    return this.#with({ options: { ...this.#settings.options, ...lowerCased(options) } });
  }
  /** The schema as DDL text or a StructType; without it the source finds one. */
  schema<D extends string>(schema: D): DataFrameReader<RowOfDdl<D>>;
  schema(schema: StructType): DataFrameReader<Row>;
  schema(schema: StructType | string): unknown {
    return new DataFrameReader<T>(this.#session, { ...this.#settings, schema: asStructType(schema) });
  }
  /** Reads files and folders, patterns among them, of the format set before. */
  load(path?: string | readonly string[], format?: string, options: Options = {}): DataFrame<T> {
    const { options: before, schema } = this.#settings;
    const chosen = format?.toLowerCase() ?? this.#settings.format ?? this.#session.conf.get("spark.sql.sources.default");
    const merged = { ...before, ...lowerCased(options) };
    const paths = path === undefined ? (merged.path === undefined ? [] : [merged.path]) : [path].flat();
    if (paths.some((one) => typeof one !== "string")) throw unsupported("Reading anything but paths", "Write the rows to a file first.");
    return this.#session.frame<T>({
      kind: "read",
      format: chosen,
      paths,
      options: merged,
      ...(schema ? { schema } : {}),
      ...originField(),
    });
  }
  parquet(...paths: readonly string[]): DataFrame<T> {
    return this.load(paths, "parquet");
  }
  csv(path: string | readonly string[], options?: Options): DataFrame<T> {
    return this.load(path, "csv", options);
  }
  json(path: string | readonly string[], options?: Options): DataFrame<T> {
    return this.load(path, "json", options);
  }
  /** A row for each element `rowTag`, an option that must be given. */
  xml(path: string | readonly string[], options?: Options): DataFrame<T> {
    return this.load(path, "xml", options);
  }
  /** One column `value`, a row a line. */
  text(path: string | readonly string[], options?: Options): DataFrame<{ readonly value: string }> {
    return this.load(path, "text", options).as();
  }
  /** A temporary view. */
  table(name: string): DataFrame<Row> {
    return this.#session.table(name);
  }

  #with(change: Partial<Settings>): DataFrameReader<T> {
    return new DataFrameReader<T>(this.#session, { ...this.#settings, ...change });
  }
}

refuse(DataFrameReader.prototype, "DataFrameReader");
