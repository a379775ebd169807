import type { CatalogFunction } from "../../catalog/objects.ts";
import { quoteIfNeeded, typeSql } from "../../engine/expressions/print-type.ts";

/** Labels stand in columns of this width. */
const LABEL = 15;

/** What DESCRIBE FUNCTION prints of a function in SQL. Source: Spark's DescribeFunctionCommand (SQLFunction.toExpressionInfo). */
export function functionRows(value: CatalogFunction, temporary: boolean, extended: boolean): string[] {
  const name = temporary ? value.name : `spark_catalog.${value.schema}.${value.name}`;
  const inputs = value.parameters.map(
    (p) => `${quoteIfNeeded(p.name)} ${typeSql(p.type)}${p.default === undefined ? "" : ` DEFAULT ${p.default}`}`,
  );
  const returns =
    value.returns.kind === "struct" && value.isTable
      ? value.returns.fields.map((field) => `${quoteIfNeeded(field.name)} ${typeSql(field.dataType)}`)
      : [typeSql(value.returns)];
  return [
    labelled("Function:", [name]),
    labelled("Type:", [value.isTable ? "TABLE" : "SCALAR"]),
    labelled("Input:", inputs.length > 0 ? inputs : ["()"]),
    labelled("Returns:", returns),
    ...(value.comment === undefined ? [] : [labelled("Comment:", [value.comment])]),
    ...(extended ? [labelled("Body:", [value.body])] : []),
  ];
}

const labelled = (label: string, values: readonly string[]): string =>
  values.map((value, i) => `${(i === 0 ? label : "").padEnd(LABEL)}${value}`).join("\n");
