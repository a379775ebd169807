import { type Column, type ColumnOrName, columnExpression } from "../column.ts";
import { invoke, optional } from "./invoke.ts";

/** URLs. */

/** Returns a part of a URL. */
export const parse_url = (url: ColumnOrName, partToExtract: ColumnOrName, key?: ColumnOrName): Column<string | null> =>
  invoke("parse_url", columnExpression(url), columnExpression(partToExtract), optional(key, columnExpression));

/** `parse_url` that gives NULL for bad input. */
export const try_parse_url = (url: ColumnOrName, partToExtract: ColumnOrName, key?: ColumnOrName): Column<string | null> =>
  invoke("try_parse_url", columnExpression(url), columnExpression(partToExtract), optional(key, columnExpression));

/** `url_decode` that gives NULL for bad input. */
export const try_url_decode = (str: ColumnOrName): Column<string | null> => invoke("try_url_decode", columnExpression(str));

/** Decodes percent-encoded text. */
export const url_decode = (str: ColumnOrName): Column<string | null> => invoke("url_decode", columnExpression(str));

/** Encodes text for a URL. */
export const url_encode = (str: ColumnOrName): Column<string | null> => invoke("url_encode", columnExpression(str));
