import { AnalysisError } from "../errors.ts";
import { type Collation, collationNamed, holdsCollation, INDETERMINATE } from "../types/collation.ts";
import * as t from "../types/data-type.ts";
import { bindOnce, freeName } from "./bind-once.ts";
import { quoteText } from "./function.ts";

/**
 * What stands for a value where rows are compared: equal, and in the same order, as the values are by their collations. A text's key
 * is a text again: its lower case, or ICU's sort key in hexadecimal digits, which DuckDB's own ICU makes. Values without collations are their own keys.
 */
export const keyType = (type: t.DataType): t.DataType => {
  switch (type.kind) {
    case "string":
      return t.stringType;
    case "array":
      return t.arrayType(keyType(type.elementType), type.containsNull);
    case "map":
      return t.mapType(keyType(type.keyType), keyType(type.valueType), type.valueContainsNull);
    case "struct":
      return t.structType(type.fields.map((f) => t.structField(f.name, keyType(f.dataType), f.nullable)));
    default:
      return type;
  }
};

/** The SQL of a value's key. Throws INDETERMINATE_COLLATION. */
export function keySql(sql: string, type: t.DataType): string {
  if (!holdsCollation(type)) return sql;
  switch (type.kind) {
    case "string":
      return textKeySql(sql, type.collation!);
    case "array": {
      const x = freeName([sql], "k");
      return `list_transform(${sql}, lambda ${x}: ${keySql(x, type.elementType)})`;
    }
    case "map": {
      const e = freeName([sql], "k");
      const entry = `{key: ${keySql(`${e}.key`, type.keyType)}, value: ${keySql(`${e}.value`, type.valueType)}}`;
      return bindOnce(
        [sql],
        ([v]) => `(CASE WHEN ${v} IS NOT NULL THEN map_from_entries(list_transform(map_entries(${v}), lambda ${e}: ${entry})) END)`,
      );
    }
    case "struct":
      return bindOnce([sql], ([v]) => {
        const fields = type.fields.map((f) => `${quoteText(f.name)}: ${keySql(`struct_extract(${v}, ${quoteText(f.name)})`, f.dataType)}`);
        return `(CASE WHEN ${v} IS NOT NULL THEN {${fields.join(", ")}} END)`;
      });
    default:
      return sql;
  }
}

function textKeySql(sql: string, name: string): string {
  if (name === INDETERMINATE) throw new AnalysisError("INDETERMINATE_COLLATION");
  const collation = collationNamed(name);
  const text = collation.trims ? `rtrim(${sql}, ' ')` : sql;
  if (collation.locale !== undefined) return `icu_sort_key(${text}, ${quoteText(icuName(collation))})`;
  if (!collation.caseInsensitive) return text;
  return bindOnce([text], ([v]) => `(CASE WHEN strlen(${v}) = length(${v}) THEN lower(${v}) ELSE firecrest_lower_each(${v}) END)`);
}

/** ICU's keywords for what counts in a comparison; Spark's countries have three letters, of which ICU takes two. */
function icuName({ locale, caseInsensitive, accentInsensitive }: Collation): string {
  const base = locale === "UNICODE" ? "root" : bcp47(locale!);
  if (accentInsensitive) return `${base}@colStrength=primary${caseInsensitive ? "" : ";colCaseLevel=yes"}`;
  return `${base}@colStrength=${caseInsensitive ? "secondary" : "tertiary"}`;
}

const COUNTRIES: Readonly<Record<string, string>> = {
  AFG: "AF",
  AUT: "AT",
  BIH: "BA",
  CAN: "CA",
  CHN: "CN",
  HKG: "HK",
  IDN: "ID",
  IND: "IN",
  ISR: "IL",
  MAC: "MO",
  MNE: "ME",
  NOR: "NO",
  SAU: "SA",
  SGP: "SG",
  SRB: "RS",
  TWN: "TW",
  USA: "US",
};

/** `sr-Cyrl-RS` of `sr_Cyrl_SRB`. */
export const bcp47 = (locale: string): string =>
  locale
    .split("_")
    .map((part) => COUNTRIES[part] ?? part)
    .join("-");
