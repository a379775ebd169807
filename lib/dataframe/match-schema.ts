import { AnalysisError } from "../engine/errors.ts";
import { sqlId, sqlTypeOf } from "../engine/expressions/quoting.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import * as t from "../engine/types/data-type.ts";
import { canStore } from "../sql/commands/store-assignment.ts";
import { Column, fieldExpression, lit } from "./column.ts";
import type { DataFrame } from "./dataframe.ts";
import { transform } from "./functions/collection.ts";
import { when } from "./functions/conditional.ts";
import { map_from_arrays, map_keys, map_values } from "./functions/map.ts";
import { struct } from "./functions/struct.ts";
import { unresolvedName } from "./unresolved-name.ts";

/** A column or a field, as it is. */
interface Given {
  readonly name: string;
  readonly type: t.DataType;
  readonly nullable: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly value: Column;
}

/** Columns, and fields inside them, brought to a schema by their names. Source: Spark's Project.matchSchema. */
export async function matchedTo<T>(df: DataFrame<T>, schema: t.StructType): Promise<LogicalPlan> {
  const sameName = namesOf(df.sparkSession.conf.get("spark.sql.caseSensitive") === "true");
  const { fields } = await df.schema();
  const given = fields.map((field) => fieldOf(field, field.nullable, new Column(fieldExpression(field.name))));
  const columns = new Matching(sameName).fields(given, schema.fields, []);
  return { kind: "project", expressions: columns.map((column) => column.expression), child: df.plan };
}

type SameName = (a: string, b: string) => boolean;
const namesOf =
  (caseSensitive: boolean): SameName =>
  (a, b) =>
    caseSensitive ? a === b : a.toLowerCase() === b.toLowerCase();

const fieldOf = ({ name, dataType, metadata }: t.StructField, nullable: boolean, value: Column): Given => ({
  name,
  type: dataType,
  nullable,
  value,
  ...(metadata ? { metadata } : {}),
});

class Matching {
  readonly #sameName: SameName;

  constructor(sameName: SameName) {
    this.#sameName = sameName;
  }

  fields(given: readonly Given[], expected: readonly t.StructField[], path: readonly string[]): Column[] {
    return expected.map((field) => {
      const matched = given.filter(({ name }) => this.#sameName(name, field.name));
      const [found] = matched;
      if (matched.length > 1)
        throw new AnalysisError("AMBIGUOUS_COLUMN_OR_FIELD", { name: sqlId([...path, field.name]), n: String(matched.length) });
      if (!found) return named(missing(field, path, given), field);
      return named(this.#value(found, field.dataType, field.nullable, [...path, found.name]), field, found.metadata);
    });
  }

  /** A value of a type that it can be stored in. */
  #value(given: Omit<Given, "name">, to: t.DataType, nullable: boolean, path: readonly string[]): Column {
    const { value, type } = given;
    if (given.nullable && !nullable) throw new AnalysisError("NULLABLE_COLUMN_OR_FIELD", { name: sqlId(path) });
    if (type.kind === "struct" && to.kind === "struct") {
      const inner = type.fields.map((field) => fieldOf(field, field.nullable, value.getField(field.name)));
      const made = struct(...this.fields(inner, to.fields, path));
      return given.nullable ? when(value.isNull(), lit(null).cast(to)).otherwise(made) : made;
    }
    if (type.kind === "array" && to.kind === "array") return this.#elements(value, type, to, path);
    if (type.kind === "map" && to.kind === "map") return this.#entries(value, type, to, path);
    if (t.sameType(type, to)) return value;
    if (canStore(type, to)) return new Column({ kind: "cast", child: value.expression, type: to, mode: "ansi" });
    const [from, expectedType] = [sqlTypeOf(type), sqlTypeOf(to)];
    throw new AnalysisError("INVALID_COLUMN_OR_FIELD_DATA_TYPE", { name: sqlId(path), type: from, expectedType });
  }

  #elements(value: Column, from: t.ArrayType, to: t.ArrayType, path: readonly string[]): Column {
    if (from.containsNull && !to.containsNull)
      throw new AnalysisError("NOT_NULL_CONSTRAINT_VIOLATION.ARRAY_ELEMENT", { columnPath: sqlId(path) });
    const inner = [...path, "element"];
    return transform(value, (x: Column) =>
      this.#value({ type: from.elementType, nullable: from.containsNull, value: x }, to.elementType, to.containsNull, inner),
    );
  }

  #entries(value: Column, from: t.MapType, to: t.MapType, path: readonly string[]): Column {
    if (from.valueContainsNull && !to.valueContainsNull)
      throw new AnalysisError("NOT_NULL_CONSTRAINT_VIOLATION.MAP_VALUE", { columnPath: sqlId(path) });
    const nullable = to.valueContainsNull;
    const keys = transform(map_keys(value), (x: Column) =>
      this.#value({ type: from.keyType, nullable: false, value: x }, to.keyType, false, [...path, "key"]),
    );
    const values = transform(map_values(value), (x: Column) =>
      this.#value({ type: from.valueType, nullable: from.valueContainsNull, value: x }, to.valueType, nullable, [...path, "value"]),
    );
    return map_from_arrays(keys, values);
  }
}

function missing(field: t.StructField, path: readonly string[], given: readonly Given[]): Column {
  if (field.nullable) return lit(null).cast(field.dataType);
  const names = given.map(({ name }) => name);
  if (path.length === 0) throw unresolvedName(field.name, given);
  const place = { fieldName: sqlId([field.name]), columnPath: sqlId(path) };
  if (names.length === 0) throw new AnalysisError("UNRESOLVED_FIELD.WITHOUT_SUGGESTION", place);
  throw new AnalysisError("UNRESOLVED_FIELD.WITH_SUGGESTION", { ...place, proposal: names.map((name) => sqlId([name])).join(", ") });
}

function named(value: Column, { name, metadata }: t.StructField, before?: Readonly<Record<string, unknown>>): Column {
  const all = { ...before, ...metadata };
  return Object.keys(all).length > 0 ? value.alias(name, { metadata: all }) : value.as(name);
}
