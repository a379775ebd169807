import type { CatalogTable } from "../../catalog/objects.ts";
import { type StructType, structType } from "../../engine/types/data-type.ts";
import { formatOf } from "../commands/format.ts";
import { absoluteLocation } from "../commands/location.ts";
import { tableOfParts } from "./names.ts";
import type { SqlSession } from "./session.ts";

export interface TableRequest {
  readonly parts: readonly string[];
  readonly path?: string;
  readonly source?: string;
  /** Absent: as the files at the path have them. */
  readonly columns?: StructType;
  readonly description?: string;
  readonly options?: Readonly<Record<string, string>>;
}

/** `spark.catalog.createTable`. */
export async function createTableAt(session: SqlSession, request: TableRequest): Promise<void> {
  const { parts, source, columns, description, options = {} } = request;
  const { path: optionPath, ...rest } = options;
  const path = request.path ?? optionPath;
  const name = tableOfParts(parts, session.currentSchema);
  const provider = source ?? session.conf.get("spark.sql.sources.default", "parquet");
  const format = formatOf(provider);
  const schema = await session.catalog.schema(name.schema);
  const location = absoluteLocation(path ?? name.table, schema?.location ?? (await session.catalog.warehouse));
  const fields =
    columns ?? (await session.engine.schema({ kind: "read", format, paths: [location], options: rest }, session.conf.forEngine()));
  const table: CatalogTable = {
    kind: "table",
    ...name,
    type: path === undefined ? "MANAGED" : "EXTERNAL",
    provider,
    location,
    columns: structType(fields.fields),
    partitionColumns: [],
    properties: {},
    options: rest,
    created: session.now(),
    ...(description === undefined ? {} : { comment: description }),
  };
  await session.catalog.createRelation(table);
}
