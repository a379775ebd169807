import { AnalysisError } from "../errors.ts";
import { call as callOf } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import { sqlExpr, sqlTypeOf } from "../expressions/quoting.ts";
import { allCollations, type Collation, collatedType, collationNamed, INDETERMINATE } from "../types/collation.ts";
import * as t from "../types/data-type.ts";
import type { Value } from "../types/values.ts";
import { bcp47, keySql, keyType } from "./collation-key.ts";
import { scalarsOf } from "./define.ts";
import { any, exactly, type FunctionEntry, of, quoteText, takes } from "./function.ts";

/** Which texts are equal, and their order. */
const scalar = scalarsOf("string");
const text = of(t.stringType);

function nameOf(name: Expression): string {
  if (name.kind === "literal" && typeof name.value === "string") return name.value;
  if (name.kind === "cast" && name.child.kind === "literal" && typeof name.child.value === "string") return name.child.value;
  if (name.kind === "literal") {
    throw new AnalysisError("UNEXPECTED_INPUT_TYPE", {
      functionName: "`collate`",
      paramIndex: "first",
      inputSql: sqlExpr(name),
      inputType: sqlTypeOf(name.value === null ? t.voidType : name.type),
      requiredType: '"STRING"',
    });
  }
  throw new AnalysisError("NON_FOLDABLE_ARGUMENT", { funcName: "`collate`", paramName: "`collationName`", paramType: '"STRING"' });
}

/** What `collations()` says of each. `ICU_VERSION` is that of Spark's ICU, whose collations they are. */
const COLUMNS: readonly (readonly [string, boolean])[] = [
  ["CATALOG", false],
  ["SCHEMA", false],
  ["NAME", false],
  ["LANGUAGE", true],
  ["COUNTRY", true],
  ["ACCENT_SENSITIVITY", false],
  ["CASE_SENSITIVITY", false],
  ["PAD_ATTRIBUTE", false],
  ["ICU_VERSION", true],
];
const fields = COLUMNS.map(([name, nullable]) => t.structField(name, t.stringType, nullable));
const rowsType = t.arrayType(t.structType(fields), false);

function describe({ name, locale, caseInsensitive, accentInsensitive, trims }: Collation): Value {
  const tag = locale === undefined || locale === "UNICODE" ? undefined : bcp47(locale);
  const [language, country] = [tag?.split("-")[0], tag && /-([A-Z]{2})$/.exec(tag)?.[1]];
  const displayed = (type: "language" | "region", code: string | undefined) =>
    code === undefined ? null : (new Intl.DisplayNames(["en"], { type }).of(code) ?? null);
  const values = [
    "SYSTEM",
    "BUILTIN",
    name,
    displayed("language", language),
    displayed("region", country),
    `ACCENT_${accentInsensitive ? "IN" : ""}SENSITIVE`,
    `CASE_${caseInsensitive ? "IN" : ""}SENSITIVE`,
    trims ? "RTRIM" : "NO_PAD",
    locale === undefined ? null : "77.1.0.0",
  ];
  return Object.fromEntries(COLUMNS.map(([column], i) => [column, values[i]!]));
}

export const collationFunctions: readonly FunctionEntry[] = [
  scalar(
    "collate",
    "Returns the text with a collation.",
    exactly(takes(text, any)),
    (_types, [, name]) => collatedType(nameOf(name!)),
    ([value]) => value!,
    { nullable: ([value]) => isNullable(value!) },
  ),
  scalar(
    "collation",
    "Returns the name of the text's collation.",
    exactly(takes(text)),
    t.stringType,
    (_, call) => {
      const type = typeOf(call.args[0]!) as t.StringType;
      return quoteText(
        type.collation === INDETERMINATE ? "null" : `SYSTEM.BUILTIN.${collationNamed(type.collation ?? "UTF8_BINARY").name}`,
      );
    },
    { nullable: false },
  ),
  scalar(
    "collation_key",
    "Returns what stands for a value where rows are compared: equal, and in the same order, as its collations say.",
    takes(any),
    ([type]) => keyType(type!),
    ([value], call) => keySql(value!, typeOf(call.args[0]!)),
    { internal: true },
  ),
  scalar(
    "collation_rows",
    "Returns all collations; what collations makes rows of.",
    takes(),
    rowsType,
    { evaluate: () => allCollations().map(describe) },
    { nullable: false, internal: true },
  ),
  {
    kind: "generator",
    names: ["collations"],
    group: "string",
    doc: "Makes a row of each collation.",
    signature: takes(),
    check: () => [callOf("collation_rows", [], rowsType, false)],
    fields: () => fields,
    rows: ([rows]) =>
      `list_transform(${rows}, lambda r: {${fields.map((field, i) => `c${i}: struct_extract(r, ${quoteText(field.name)})`).join(", ")}})`,
  },
];
