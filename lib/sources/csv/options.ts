import { AnalysisError } from "../../engine/errors.ts";
import { invalidOption, type Options } from "../options.ts";

/** What CSV's options mean for reading. Source: Spark's CSVOptions. */
export interface CsvOptions {
  readonly header: boolean;
  readonly enforceSchema: boolean;
  readonly delimiter: string;
  /** Empty: nothing is quoted. */
  readonly quote: string;
  readonly escapeWith: string;
  /** Empty: no line is a comment. */
  readonly comment: string;
  readonly nullValue: string;
  readonly emptyValue: string;
  readonly trimLeft: boolean;
  readonly trimRight: boolean;
  readonly multiLine: boolean;
  readonly lineEnd?: string;
  readonly encoding: string;
  readonly maxColumns: number;
}

const DELIMITERS: Readonly<Record<string, string>> = {
  "\\t": "\t",
  "\\r": "\r",
  "\\b": "\b",
  "\\f": "\f",
  "\\\\": "\\",
  "\\0": "\0",
  "\\u0000": "\0",
};

export function csvOptions(options: Options): CsvOptions {
  options.refuse("unescapedQuoteHandling", "stop_at_delimiter");
  options.refuse("maxCharsPerColumn", "-1");
  options.refuse("singleVariantColumn");
  const quote = character(options, ["quote"], '"');
  const escapeWith = character(options, ["escape"], "\\");
  const escapeOfEscape = options.text("charToEscapeQuoteEscaping");
  if (escapeOfEscape !== undefined && escapeOfEscape !== "" && escapeOfEscape !== escapeWith) options.refuse("charToEscapeQuoteEscaping");
  const given = options.text("sep", "delimiter") ?? ",";
  const delimiter = DELIMITERS[given] ?? given;
  if (delimiter === "") throw new AnalysisError("INVALID_DELIMITER_VALUE.EMPTY_STRING", {});
  if (/[\r\n]/.test(delimiter)) throw invalidOption("sep", "without a line end", given);
  const lineEnd = options.text("lineSep");
  const whole = (name: string) => options.boolean(name, false);
  return {
    header: whole("header"),
    enforceSchema: options.boolean("enforceSchema", true),
    delimiter,
    quote: quote === "\0" ? "" : quote,
    escapeWith,
    comment: character(options, ["comment"], ""),
    nullValue: options.text("nullValue") ?? "",
    emptyValue: options.text("emptyValue") ?? "",
    trimLeft: whole("ignoreLeadingWhiteSpace"),
    trimRight: whole("ignoreTrailingWhiteSpace"),
    multiLine: whole("multiLine"),
    ...(lineEnd === undefined || lineEnd === "\n" ? {} : { lineEnd }),
    encoding: encodingOf(options),
    maxColumns: options.integer("maxColumns", 20_480, 1),
  };
}

/** The label that TextDecoder knows an encoding by. */
export function encodingOf(options: Options): string {
  const name = options.text("encoding", "charset") ?? "utf-8";
  try {
    return new TextDecoder(name).encoding;
  } catch {
    throw invalidOption("encoding", "a known character set", name);
  }
}

function character(options: Options, names: readonly string[], otherwise: string): string {
  const value = options.text(...names);
  if (value === undefined) return otherwise;
  const read = DELIMITERS[value] ?? value;
  if ([...read].length > 1) throw invalidOption(names[0]!, "one character", value);
  return read;
}
