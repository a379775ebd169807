import { encodingOf } from "../csv/options.ts";
import type { Options } from "../options.ts";

/** What JSON's options mean for reading. Source: Spark's JSONOptions. */
export interface JsonOptions {
  readonly multiLine: boolean;
  readonly primitivesAsString: boolean;
  readonly prefersDecimal: boolean;
  readonly dropFieldIfAllNull: boolean;
  readonly inferTimestamp: boolean;
  readonly lineEnd?: string;
  readonly encoding: string;
}

/** Ways to write JSON that the kernel does not read; each changes which records are malformed. */
const UNSUPPORTED = [
  "allowComments",
  "allowUnquotedFieldNames",
  "allowNumericLeadingZeros",
  "allowBackslashEscapingAnyCharacter",
  "allowUnquotedControlChars",
] as const;

export function jsonOptions(options: Options): JsonOptions {
  for (const name of UNSUPPORTED) options.refuse(name, "false");
  options.refuse("allowNonNumericNumbers", "true");
  options.refuse("singleVariantColumn");
  const lineEnd = options.text("lineSep");
  return {
    multiLine: options.boolean("multiLine", false),
    primitivesAsString: options.boolean("primitivesAsString", false),
    prefersDecimal: options.boolean("prefersDecimal", false),
    dropFieldIfAllNull: options.boolean("dropFieldIfAllNull", false),
    inferTimestamp: options.boolean("inferTimestamp", false),
    ...(lineEnd === undefined || lineEnd === "\n" ? {} : { lineEnd }),
    encoding: encodingOf(options),
  };
}
