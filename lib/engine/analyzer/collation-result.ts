import { AnalysisError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeOf } from "../expressions/properties.ts";
import { sqlExpr, sqlTypeOf } from "../expressions/quoting.ts";
import { collationNamed, holdsCollation, INDETERMINATE, isOnlyAccentInsensitive } from "../types/collation.ts";
import * as t from "../types/data-type.ts";

/** Which argument of a function its texts have their collation from; those that are not here give texts of the default one. */
const SOURCES: Readonly<Record<string, number>> = Object.fromEntries(
  [
    "upper lower initcap ltrim:last rtrim:last trim:last btrim substring left right reverse repeat lpad rpad overlay replace translate substring_index split_part",
    "concat concat_ws elt:1 regexp_replace regexp_extract regexp_extract_all regexp_substr split mask str_to_map format_string array_join quote make_valid_utf8 validate_utf8 try_validate_utf8",
  ]
    .flatMap((names) => names.split(" "))
    .map((entry) => {
      const [name, from = "0"] = entry.split(":") as [string, string?];
      return [name, from === "last" ? -1 : Number(from)];
    }),
);

/** The type of a call whose arguments have collations. */
export function collatedResult(name: string, type: t.DataType, args: readonly Expression[]): t.DataType {
  const source = SOURCES[name];
  if (source === undefined) return type;
  const collation = textCollation(args.at(source) && typeOf(args.at(source)!));
  return collation === undefined ? type : withCollation(type, collation);
}

function textCollation(type: t.DataType | undefined): string | undefined {
  if (type?.kind === "string") return type.collation;
  return type?.kind === "array" ? textCollation(type.elementType) : undefined;
}

function withCollation(type: t.DataType, collation: string): t.DataType {
  switch (type.kind) {
    case "string":
      return { kind: "string", collation };
    case "array":
      return t.arrayType(withCollation(type.elementType, collation), type.containsNull);
    case "map":
      return t.mapType(withCollation(type.keyType, collation), withCollation(type.valueType, collation), type.valueContainsNull);
    default:
      return type;
  }
}

const SEARCHING: ReadonlySet<string> = new Set(
  "contains startswith endswith replace translate trim ltrim rtrim btrim instr substring_index locate split_part str_to_map".split(" "),
);
const MATCHING: ReadonlySet<string> = new Set(
  "like ilike rlike split regexp_replace regexp_extract regexp_extract_all regexp_substr regexp_count regexp_instr".split(" "),
);

/** Throws for a function that has no meaning under a collation. Source: the input types of Spark's string expressions. */
export function checkCollation(name: string, args: readonly Expression[]): void {
  const type = args.map((arg) => (arg.kind === "lambda" ? t.voidType : typeOf(arg))).find(holdsCollation);
  if (type?.kind !== "string" || type.collation === INDETERMINATE) return;
  const collation = collationNamed(type.collation!);
  const onlyBytes = MATCHING.has(name) && (collation.locale !== undefined || collation.trims);
  if (!onlyBytes && !(SEARCHING.has(name) && isOnlyAccentInsensitive(collation))) return;
  // Spark's trims have their characters last.
  const subject = (name === "trim" || name === "ltrim" || name === "rtrim") && args.length > 1 ? 1 : 0;
  throw new AnalysisError("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", {
    sqlExpr: `"${prettyName({ kind: "unresolvedFunction", name, args })}"`,
    paramIndex: "first",
    requiredType: '"STRING"',
    inputSql: sqlExpr(args[subject]!),
    inputType: sqlTypeOf(typeOf(args[subject]!)),
  });
}
