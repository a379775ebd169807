import type { DataType, StructType } from "../engine/types/data-type.ts";
import { parseDataType, parseSchema } from "../engine/types/ddl.ts";

/** A type as it is, or by its name: `"int"`, `"array<string>"`. */
export const asDataType = (type: DataType | string): DataType => (typeof type === "string" ? parseDataType(type) : type);

/** A schema as it is, or as DDL text: `"id string, amount double"`. */
export const asStructType = (schema: StructType | string): StructType => (typeof schema === "string" ? parseSchema(schema) : schema);
