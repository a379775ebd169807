import * as t from "../types/data-type.ts";
import { bindOnce, freeName } from "./bind-once.ts";
import { scalarsOf } from "./define.ts";
import { any, type FunctionEntry, quoteName, takes } from "./function.ts";

const scalar = scalarsOf("map");

/** A value with the entries of all its maps by their keys. Source: Spark's InsertMapSortExpression. */
function sorted(value: string, type: t.DataType): string {
  if (!t.holdsKind(type, "map")) return value;
  if (type.kind === "array") {
    const element = freeName([value], "e");
    return `list_transform(${value}, lambda ${element}: ${sorted(element, type.elementType)})`;
  }
  return bindOnce([value], ([v]) => {
    if (type.kind === "struct") {
      const fields = type.fields.map(
        ({ name, dataType }, i) => `${quoteName(name)} := ${sorted(`struct_extract_at(${v}, ${i + 1})`, dataType)}`,
      );
      return `(CASE WHEN ${v} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END)`;
    }
    return `(CASE WHEN ${v} IS NOT NULL THEN map_from_entries(list_sort(${entries(v!, type as t.MapType)})) END)`;
  });
}

function entries(map: string, { valueType }: t.MapType): string {
  if (!t.holdsKind(valueType, "map")) return `map_entries(${map})`;
  const entry = freeName([map], "e");
  return `list_transform(map_entries(${map}), lambda ${entry}: {'key': ${entry}.key, 'value': ${sorted(`${entry}.value`, valueType)}})`;
}

export const mapSortFunctions: readonly FunctionEntry[] = [
  scalar(
    "map_sort",
    "Returns a value with the entries of its maps by their keys, so that equal maps are equal values.",
    takes(any),
    ([type]) => type!,
    ([value], call) => sorted(value!, call.type),
    { internal: true },
  ),
];
