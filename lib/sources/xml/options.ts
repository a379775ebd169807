import { AnalysisError } from "../../engine/errors.ts";
import { type XmlOptions, xmlOptions } from "../../engine/functions/xml/xml-options.ts";
import type { Options } from "../options.ts";

/** What XML's options mean for files. Source: Spark's XmlOptions. */
export interface XmlFileOptions extends XmlOptions {
  readonly encoding: string;
  readonly rootTag: string;
  readonly declaration: string;
}

/** Throws XML_ROW_TAG_MISSING where no `rowTag` says which elements are rows. */
export function xmlFileOptions(given: Readonly<Record<string, string>>, options: Options): XmlFileOptions {
  const rowTag = options.text("rowTag")?.trim();
  if (rowTag === undefined) throw new AnalysisError("XML_ROW_TAG_MISSING", { rowTag: "`rowTag`" });
  if (!/^[^<>\s]+$/.test(rowTag))
    throw new AnalysisError("FIRECREST_INVALID_OPTION", {
      option: "rowTag",
      expected: "the name of an element",
      value: JSON.stringify(rowTag),
    });
  options.refuse("useLegacyXMLParser", "false");
  options.refuse("locale", "en-us", "en");
  const lower = Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    ...xmlOptions(lower),
    rowTag,
    encoding: options.text("encoding", "charset") ?? "UTF-8",
    rootTag: options.text("rootTag") ?? "ROWS",
    declaration: options.text("declaration") ?? 'version="1.0" encoding="UTF-8" standalone="yes"',
  };
}
