import type { FileMetaData } from "hyparquet";
import { AnalysisError } from "../../engine/errors.ts";
import { type StructType, structField, structType } from "../../engine/types/data-type.ts";
import { schemaFromJson, schemaToJson } from "../../engine/types/json.ts";
import { columnsOf, sparkField } from "./schema.ts";

/** Where Spark keeps a file's schema, for what Parquet's types do not tell: intervals, char and varchar, metadata. */
const KEY = "org.apache.spark.sql.parquet.row.metadata";

/** The schema of a file, as it was written or else from its Parquet types. Every column may be NULL. */
export function schemaOfFile(metadata: FileMetaData): StructType {
  const written = metadata.key_value_metadata?.find(({ key }) => key === KEY)?.value;
  const fields = (written === undefined ? undefined : readSchema(written))?.fields;
  if (!fields) return structType(columnsOf(metadata).map(({ node }) => sparkField(node)));
  return structType(fields.map(({ name, dataType, metadata: more }) => structField(name, dataType, true, more)));
}

/** undefined for a schema that a newer writer says in a way unknown here; the Parquet types still tell most. */
function readSchema(json: string): StructType | undefined {
  try {
    return schemaFromJson(json);
  } catch (thrown) {
    if (thrown instanceof AnalysisError || thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

/** The entry for a file with this schema. */
export const schemaEntry = (schema: StructType): readonly [key: string, value: string] => [KEY, schemaToJson(schema)];
