import { collationNamed, INDETERMINATE } from "./collation.ts";
import * as t from "./data-type.ts";

/**
 * Collations stand beside a field's type, in its metadata, so that readers which know of none see a text:
 * `{"__COLLATIONS": {"name.element": "icu.UNICODE_CI"}}`. Source: Spark's StructField.jsonValue.
 */
export const COLLATIONS_KEY = "__COLLATIONS";

/** The collations in a field's type by their paths, those of nested structs' fields aside; undefined where there are none. */
export function collationsOf(name: string, type: t.DataType): Readonly<Record<string, string>> | undefined {
  const found: Record<string, string> = {};
  const visit = (part: t.DataType, path: string): void => {
    if (part.kind === "array") visit(part.elementType, `${path}.element`);
    else if (part.kind === "map") {
      visit(part.keyType, `${path}.key`);
      visit(part.valueType, `${path}.value`);
    } else if (part.kind === "string" && part.collation !== undefined && part.collation !== INDETERMINATE) {
      const provider = collationNamed(part.collation).locale === undefined ? "spark" : "icu";
      found[path] = `${provider}.${part.collation}`;
    }
  };
  visit(type, name);
  return Object.keys(found).length > 0 ? found : undefined;
}

/** The type with the collations of its paths. Throws COLLATION_INVALID_NAME. */
export function withCollations(name: string, type: t.DataType, collations: Readonly<Record<string, unknown>>): t.DataType {
  const visit = (part: t.DataType, path: string): t.DataType => {
    if (part.kind === "array") return t.arrayType(visit(part.elementType, `${path}.element`), part.containsNull);
    if (part.kind === "map")
      return t.mapType(visit(part.keyType, `${path}.key`), visit(part.valueType, `${path}.value`), part.valueContainsNull);
    const written = collations[path];
    if (part.kind !== "string" || typeof written !== "string") return part;
    const collation = collationNamed(written.slice(written.indexOf(".") + 1)).name;
    return collation === "UTF8_BINARY" ? t.stringType : { kind: "string", collation };
  };
  return visit(type, name);
}
