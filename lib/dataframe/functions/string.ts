import { type Column, type ColumnOrName, columnExpression, expressionOf } from "../column.ts";
import { invoke, numberOrColumn, optional, randomSeed } from "./invoke.ts";

/** Text. */

/** Returns the code point of the first character. */
export const ascii = (col: ColumnOrName): Column<number | null> => invoke("ascii", columnExpression(col));

/** Encodes a binary as base64 text. */
export const base64 = (col: ColumnOrName): Column<string | null> => invoke("base64", columnExpression(col));

/** Returns the length in bits. */
export const bit_length = (col: ColumnOrName): Column<number | null> => invoke("bit_length", columnExpression(col));

/** Removes characters from both ends: blanks, or those of `trim`. */
export const btrim = (str: ColumnOrName, trim?: ColumnOrName): Column<string | null> =>
  invoke("btrim", columnExpression(str), optional(trim, columnExpression));

/** Returns the character of a code, modulo 256. */
export const char = (col: ColumnOrName): Column<string | null> => invoke("char", columnExpression(col));

/** Returns the number of characters of a text, or of bytes of a binary. */
export const char_length = (str: ColumnOrName): Column<number | null> => invoke("char_length", columnExpression(str));

/** Returns the number of characters of a text, or of bytes of a binary. */
export const character_length = (str: ColumnOrName): Column<number | null> => invoke("character_length", columnExpression(str));

/** Returns the character of a code, modulo 256. */
export const chr = (col: ColumnOrName): Column<string | null> => invoke("chr", columnExpression(col));

/** Marks the text with a collation. */
export const collate = (col: ColumnOrName, collation: Column | string): Column<string | null> =>
  invoke("collate", columnExpression(col), expressionOf(collation));

/** Returns the name of the collation. */
export const collation = (col: ColumnOrName): Column<string | null> => invoke("collation", columnExpression(col));

/** Joins texts, and arrays of texts, with a separator, skipping NULLs. */
export const concat_ws = (sep: string, ...cols: readonly ColumnOrName[]): Column<string | null> =>
  invoke("concat_ws", expressionOf(sep), ...cols.map(columnExpression));

/** Whether the left text contains the right one. */
export const contains = (left: ColumnOrName, right: ColumnOrName): Column<boolean | null> =>
  invoke("contains", columnExpression(left), columnExpression(right));

/** Decodes a binary with a character set. */
export const decode = (col: ColumnOrName, charset: string): Column<string | null> =>
  invoke("decode", columnExpression(col), expressionOf(charset));

/** Returns the n-th of its arguments, n being the first. */
export const elt = (...inputs: readonly ColumnOrName[]): Column<string | null> => invoke("elt", ...inputs.map(columnExpression));

/** Encodes text with a character set. */
export const encode = (col: ColumnOrName, charset: string): Column<Uint8Array | null> =>
  invoke("encode", columnExpression(col), expressionOf(charset));

/** Whether the text ends with a suffix. */
export const endswith = (str: ColumnOrName, suffix: ColumnOrName): Column<boolean | null> =>
  invoke("endswith", columnExpression(str), columnExpression(suffix));

/** Returns the place of a text in a comma-separated list, from 1; 0 where it is not there. */
export const find_in_set = (str: ColumnOrName, str_array: ColumnOrName): Column<number | null> =>
  invoke("find_in_set", columnExpression(str), columnExpression(str_array));

/** Formats a number as `#,###,###.##` with `d` digits after the point. */
export const format_number = (col: ColumnOrName, d: number): Column<string | null> =>
  invoke("format_number", columnExpression(col), expressionOf(d));

/** Makes the first letter of each word upper case and the rest lower case. */
export const initcap = (col: ColumnOrName): Column<string | null> => invoke("initcap", columnExpression(col));

/** Returns the first place of a text in another, from 1; 0 where it is not there. */
export const instr = (str: ColumnOrName, substr: Column | string): Column<number | null> =>
  invoke("instr", columnExpression(str), expressionOf(substr));

/** Whether the text is valid UTF-8. */
export const is_valid_utf8 = (str: ColumnOrName): Column<boolean | null> => invoke("is_valid_utf8", columnExpression(str));

/** Converts to lower case. */
export const lcase = (str: ColumnOrName): Column<string | null> => invoke("lcase", columnExpression(str));

/** Returns the first `len` characters. */
export const left = (str: ColumnOrName, len: ColumnOrName): Column<string | null> =>
  invoke("left", columnExpression(str), columnExpression(len));

/** Returns the number of characters of a text, or of bytes of a binary. */
export const length = (col: ColumnOrName): Column<number | null> => invoke("length", columnExpression(col));

/** Converts to lower case. */
export const lower = (col: ColumnOrName): Column<string | null> => invoke("lower", columnExpression(col));

/** Fills up on the left to `len` characters, or cuts to it. */
export const lpad = (col: ColumnOrName, len: Column | number, pad: Column | string): Column<string | null> =>
  invoke("lpad", columnExpression(col), expressionOf(len), expressionOf(pad));

/** Replaces invalid UTF-8 sequences by U+FFFD. */
export const make_valid_utf8 = (str: ColumnOrName): Column<string | null> => invoke("make_valid_utf8", columnExpression(str));

/** Returns the number of bytes. */
export const octet_length = (col: ColumnOrName): Column<number | null> => invoke("octet_length", columnExpression(col));

/** Formats arguments as printf does. */
export const printf = (format: ColumnOrName, ...cols: readonly ColumnOrName[]): Column<string | null> =>
  invoke("printf", columnExpression(format), ...cols.map(columnExpression));

/** Encloses text in single quotes, escaping those in it. */
export const quote = (col: ColumnOrName): Column<string | null> => invoke("quote", columnExpression(col));

/** Returns a random text of letters and digits. */
export const randstr = (length: Column | number, seed: Column | number | bigint = randomSeed()): Column<string | null> =>
  invoke("randstr", expressionOf(length), expressionOf(seed));

/** Returns how often a Java regular expression matches. */
export const regexp_count = (str: ColumnOrName, regexp: ColumnOrName): Column<number | null> =>
  invoke("regexp_count", columnExpression(str), columnExpression(regexp));

/** Returns group `idx` of the first match of a Java regular expression, empty where none. */
export const regexp_extract = (str: ColumnOrName, pattern: string, idx: number): Column<string | null> =>
  invoke("regexp_extract", columnExpression(str), expressionOf(pattern), expressionOf(idx));

/** Returns group `idx` (1 without it) of every match of a Java regular expression. */
export const regexp_extract_all = (str: ColumnOrName, regexp: ColumnOrName, idx?: Column | number): Column =>
  invoke("regexp_extract_all", columnExpression(str), columnExpression(regexp), optional(idx, expressionOf));

/** Returns the place of the first match of a Java regular expression, from 1. */
export const regexp_instr = (str: ColumnOrName, regexp: ColumnOrName, idx?: Column | number): Column<number | null> =>
  invoke("regexp_instr", columnExpression(str), columnExpression(regexp), optional(idx, expressionOf));

/** Replaces every match of a Java regular expression. */
export const regexp_replace = (string: ColumnOrName, pattern: Column | string, replacement: Column | string): Column<string | null> =>
  invoke("regexp_replace", columnExpression(string), expressionOf(pattern), expressionOf(replacement));

/** Returns the first match of a Java regular expression, NULL where none. */
export const regexp_substr = (str: ColumnOrName, regexp: ColumnOrName): Column<string | null> =>
  invoke("regexp_substr", columnExpression(str), columnExpression(regexp));

/** Repeats the text n times. */
export const repeat = (col: ColumnOrName, n: ColumnOrName | number): Column<string | null> =>
  invoke("repeat", columnExpression(col), numberOrColumn(n));

/** Replaces every occurrence of a text, by nothing without `replace`. */
export const replace = (src: ColumnOrName, search: ColumnOrName, replace?: ColumnOrName): Column<string | null> =>
  invoke("replace", columnExpression(src), columnExpression(search), optional(replace, columnExpression));

/** Returns the last `len` characters. */
export const right = (str: ColumnOrName, len: ColumnOrName): Column<string | null> =>
  invoke("right", columnExpression(str), columnExpression(len));

/** Fills up on the right to `len` characters, or cuts to it. */
export const rpad = (col: ColumnOrName, len: Column | number, pad: Column | string): Column<string | null> =>
  invoke("rpad", columnExpression(col), expressionOf(len), expressionOf(pad));

/** Splits text into arrays of words, one a sentence. */
export const sentences = (string: ColumnOrName, language?: ColumnOrName, country?: ColumnOrName): Column =>
  invoke("sentences", columnExpression(string), optional(language, columnExpression), optional(country, columnExpression));

/** Returns the Soundex code. */
export const soundex = (col: ColumnOrName): Column<string | null> => invoke("soundex", columnExpression(col));

/** Splits text around matches of a Java regular expression. */
export const split = (str: ColumnOrName, pattern: Column | string, limit: ColumnOrName | number = -1): Column =>
  invoke("split", columnExpression(str), expressionOf(pattern), numberOrColumn(limit));

/** Returns a part of text split at a delimiter, from 1, or from the end where negative. */
export const split_part = (src: ColumnOrName, delimiter: ColumnOrName, partNum: ColumnOrName): Column<string | null> =>
  invoke("split_part", columnExpression(src), columnExpression(delimiter), columnExpression(partNum));

/** Whether the text begins with a prefix. */
export const startswith = (str: ColumnOrName, prefix: ColumnOrName): Column<boolean | null> =>
  invoke("startswith", columnExpression(str), columnExpression(prefix));

/** Returns the part from `pos` (from 1), `len` long. */
export const substr = (str: ColumnOrName, pos: ColumnOrName, len?: ColumnOrName): Column<string | null> =>
  invoke("substr", columnExpression(str), columnExpression(pos), optional(len, columnExpression));

/** Returns the part from `pos` (from 1), `len` long. */
export const substring = (str: ColumnOrName, pos: ColumnOrName | number, len: ColumnOrName | number): Column<string | null> =>
  invoke("substring", columnExpression(str), numberOrColumn(pos), numberOrColumn(len));

/** Returns what stands before `count` delimiters, from the end where negative. */
export const substring_index = (str: ColumnOrName, delim: string, count: number): Column<string | null> =>
  invoke("substring_index", columnExpression(str), expressionOf(delim), expressionOf(count));

/** Converts text to a binary, by `hex`, `utf-8` or `base64`. */
export const to_binary = (col: ColumnOrName, format?: ColumnOrName): Column<Uint8Array | null> =>
  invoke("to_binary", columnExpression(col), optional(format, columnExpression));

/** Formats a number or a datetime by a pattern. */
export const to_char = (col: ColumnOrName, format: ColumnOrName): Column<string | null> =>
  invoke("to_char", columnExpression(col), columnExpression(format));

/** Reads a decimal by a pattern. */
export const to_number = (col: ColumnOrName, format: ColumnOrName): Column =>
  invoke("to_number", columnExpression(col), columnExpression(format));

/** Formats a number or a datetime by a pattern. */
export const to_varchar = (col: ColumnOrName, format: ColumnOrName): Column<string | null> =>
  invoke("to_varchar", columnExpression(col), columnExpression(format));

/** Replaces each character of `matching` by the one at the same place in `replace`. */
export const translate = (srcCol: ColumnOrName, matching: string, replace: string): Column<string | null> =>
  invoke("translate", columnExpression(srcCol), expressionOf(matching), expressionOf(replace));

/** `to_binary` that gives NULL for bad input. */
export const try_to_binary = (col: ColumnOrName, format?: ColumnOrName): Column<Uint8Array | null> =>
  invoke("try_to_binary", columnExpression(col), optional(format, columnExpression));

/** `to_number` that gives NULL for bad input. */
export const try_to_number = (col: ColumnOrName, format: ColumnOrName): Column =>
  invoke("try_to_number", columnExpression(col), columnExpression(format));

/** Returns the text where it is valid UTF-8, NULL otherwise. */
export const try_validate_utf8 = (str: ColumnOrName): Column<string | null> => invoke("try_validate_utf8", columnExpression(str));

/** Converts to upper case. */
export const ucase = (str: ColumnOrName): Column<string | null> => invoke("ucase", columnExpression(str));

/** Decodes base64 text. */
export const unbase64 = (col: ColumnOrName): Column<Uint8Array | null> => invoke("unbase64", columnExpression(col));

/** Converts to upper case. */
export const upper = (col: ColumnOrName): Column<string | null> => invoke("upper", columnExpression(col));

/** Returns the text where it is valid UTF-8, raises otherwise. */
export const validate_utf8 = (str: ColumnOrName): Column<string | null> => invoke("validate_utf8", columnExpression(str));

/** Formats arguments as printf does. */
export const format_string = (format: string, ...cols: readonly ColumnOrName[]): Column<string | null> =>
  invoke("format_string", expressionOf(format), ...cols.map(columnExpression));

/** Returns the edit distance of two texts, -1 where it is above the threshold. */
export const levenshtein = (left: ColumnOrName, right: ColumnOrName, threshold?: number): Column<number | null> =>
  invoke("levenshtein", columnExpression(left), columnExpression(right), optional(threshold, expressionOf));

/** Returns the first place of `substr` at or after `pos`, from 1; 0 where it is not there. */
export const locate = (substr: string, str: ColumnOrName, pos = 1): Column<number | null> =>
  invoke("locate", expressionOf(substr), columnExpression(str), expressionOf(pos));

/** Returns the first place of `substr` at or after `start`, from 1; 0 where it is not there. */
export const position = (substr: ColumnOrName, str: ColumnOrName, start?: ColumnOrName): Column<number | null> =>
  invoke("position", columnExpression(substr), columnExpression(str), optional(start, columnExpression));

/** Replaces `len` characters from `pos` (those of `replace` without it). */
export const overlay = (
  src: ColumnOrName,
  replace: ColumnOrName,
  pos: ColumnOrName | number,
  len: ColumnOrName | number = -1,
): Column<string | null> => invoke("overlay", columnExpression(src), columnExpression(replace), numberOrColumn(pos), numberOrColumn(len));

/** Masks letters and digits; a character of null stays as it is. */
export const mask = (
  col: ColumnOrName,
  upperChar: Column | string | null = "X",
  lowerChar: Column | string | null = "x",
  digitChar: Column | string | null = "n",
  otherChar: Column | string | null = null,
): Column<string | null> =>
  invoke("mask", columnExpression(col), ...[upperChar, lowerChar, digitChar, otherChar].map((character) => expressionOf(character)));

const trimming =
  (name: "trim" | "ltrim" | "rtrim") =>
  (col: ColumnOrName, trim?: ColumnOrName): Column<string | null> =>
    trim === undefined ? invoke(name, columnExpression(col)) : invoke(name, columnExpression(trim), columnExpression(col));

/** Removes characters from both ends: blanks, or those of `trim`. */
export const trim = trimming("trim");
/** Removes characters from the left end: blanks, or those of `trim`. */
export const ltrim = trimming("ltrim");
/** Removes characters from the right end: blanks, or those of `trim`. */
export const rtrim = trimming("rtrim");

/** Returns bytes in base 32. */
export const to_base32 = (col: ColumnOrName): Column<string | null> => invoke("to_base32", columnExpression(col));

/** Returns the bytes of a text in base 32. */
export const from_base32 = (col: ColumnOrName): Column<Uint8Array | null> => invoke("from_base32", columnExpression(col));

/** Returns how similar two texts are, from 0 to 1. */
export const jaro_winkler_similarity = (left: ColumnOrName, right: ColumnOrName): Column<number | null> =>
  invoke("jaro_winkler_similarity", columnExpression(left), columnExpression(right));
