import { AnalysisError } from "../../errors.ts";
import type { TextOptions } from "../json-value.ts";

/** Options of from_xml, to_xml and schema_of_xml. Source: Spark's XmlOptions. */
export interface XmlOptions {
  readonly attributePrefix: string;
  readonly valueTag: string;
  readonly rowTag: string;
  readonly arrayElementName: string;
  readonly wildcard: string;
  readonly corruptRecord: string;
  readonly nullText: string | undefined;
  readonly indent: string;
  readonly excludesAttributes: boolean;
  readonly trims: boolean;
  readonly infers: boolean;
  readonly ignoresNamespace: boolean;
  readonly prefersDecimal: boolean;
  readonly prefersDate: boolean;
  readonly failsFast: boolean;
  /** The rest, for dates and times. */
  readonly text: TextOptions;
}

/** Options by lower-case name. Throws where a value is no boolean, and FIRECREST_UNSUPPORTED for what is not read. */
export function xmlOptions(options: TextOptions): XmlOptions {
  const flag = (name: string, otherwise: boolean) => {
    const value = options[name]?.toLowerCase();
    if (value !== undefined && value !== "true" && value !== "false") {
      throw new AnalysisError("FIRECREST_INVALID_OPTION", { option: name, value: options[name]!, allowed: "true, false" });
    }
    return value === undefined ? otherwise : value === "true";
  };
  for (const name of ["rowvalidationxsdpath", "singlevariantcolumn"]) {
    if (options[name] !== undefined)
      throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: `The option ${name} of XML`, advice: "Leave it out." });
  }
  return {
    attributePrefix: options.attributeprefix ?? "_",
    valueTag: options.valuetag ?? "_VALUE",
    rowTag: options.rowtag ?? "ROW",
    arrayElementName: options.arrayelementname ?? "item",
    wildcard: options.wildcardcolname ?? "xs_any",
    corruptRecord: options.columnnameofcorruptrecord ?? "_corrupt_record",
    nullText: options.nullvalue,
    indent: options.indent ?? "    ",
    excludesAttributes: flag("excludeattribute", false),
    trims: flag("ignoresurroundingspaces", true),
    infers: flag("inferschema", true),
    ignoresNamespace: flag("ignorenamespace", false),
    prefersDecimal: flag("prefersdecimal", false),
    prefersDate: flag("preferdate", true),
    failsFast: options.mode?.toUpperCase() === "FAILFAST",
    text: options,
  };
}

/** The field that an element's or attribute's name stands for. */
export const fieldName = (name: string, { ignoresNamespace }: XmlOptions): string => (ignoresNamespace ? name.split(":").at(-1)! : name);

/** Attributes by their fields' names; NULL where the value says so. */
export const attributeFields = (
  attributes: readonly (readonly [string, string])[],
  options: XmlOptions,
): readonly (readonly [string, string | null])[] =>
  options.excludesAttributes
    ? []
    : attributes.map(([name, value]) => {
        const text = options.trims ? value.trim() : value;
        return [options.attributePrefix + fieldName(name, options), text === options.nullText ? null : text];
      });
