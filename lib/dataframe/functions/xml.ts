import { type Column, type ColumnOrName, columnExpression, expressionOf } from "../column.ts";
import { invoke, optionMap } from "./invoke.ts";

/** XML. */

/** Returns the texts at an XPath. */
export const xpath = (xml: ColumnOrName, path: ColumnOrName): Column => invoke("xpath", columnExpression(xml), columnExpression(path));

/** Whether an XPath holds. */
export const xpath_boolean = (xml: ColumnOrName, path: ColumnOrName): Column<boolean | null> =>
  invoke("xpath_boolean", columnExpression(xml), columnExpression(path));

/** Returns the double at an XPath. */
export const xpath_double = (xml: ColumnOrName, path: ColumnOrName): Column<number | null> =>
  invoke("xpath_double", columnExpression(xml), columnExpression(path));

/** Returns the float at an XPath. */
export const xpath_float = (xml: ColumnOrName, path: ColumnOrName): Column<number | null> =>
  invoke("xpath_float", columnExpression(xml), columnExpression(path));

/** Returns the int at an XPath. */
export const xpath_int = (xml: ColumnOrName, path: ColumnOrName): Column<number | null> =>
  invoke("xpath_int", columnExpression(xml), columnExpression(path));

/** Returns the long at an XPath. */
export const xpath_long = (xml: ColumnOrName, path: ColumnOrName): Column<bigint | null> =>
  invoke("xpath_long", columnExpression(xml), columnExpression(path));

/** Returns the double at an XPath. */
export const xpath_number = (xml: ColumnOrName, path: ColumnOrName): Column<number | null> =>
  invoke("xpath_number", columnExpression(xml), columnExpression(path));

/** Returns the short at an XPath. */
export const xpath_short = (xml: ColumnOrName, path: ColumnOrName): Column<number | null> =>
  invoke("xpath_short", columnExpression(xml), columnExpression(path));

/** Returns the text at an XPath. */
export const xpath_string = (xml: ColumnOrName, path: ColumnOrName): Column<string | null> =>
  invoke("xpath_string", columnExpression(xml), columnExpression(path));

type Options = Readonly<Record<string, string | number | boolean>>;

/** Reads XML text as a struct. */
export const from_xml = (col: ColumnOrName, schema: Column | string, options?: Options): Column =>
  invoke("from_xml", columnExpression(col), expressionOf(schema), optionMap(options));

/** Writes a struct as XML text. */
export const to_xml = (col: ColumnOrName, options?: Options): Column<string | null> =>
  invoke("to_xml", columnExpression(col), optionMap(options));

/** Returns the schema of an XML text, as DDL. */
export const schema_of_xml = (xml: Column | string, options?: Options): Column<string> =>
  invoke("schema_of_xml", expressionOf(xml), optionMap(options));
