import { quoteName, quoteText } from "../../engine/functions/function.ts";
import type { Sink, SinkColumn } from "../../engine/ports/source.ts";
import { type DataType, holdsKind, isIntegral, isStringLike } from "../../engine/types/data-type.ts";
import { checkFileWrite, dataColumns } from "../check-write.ts";
import { columnText } from "../column-text.ts";
import { lineCodec, lineEndOf, writeLines } from "../line-sink.ts";
import { Options } from "../options.ts";
import { type TimeFormats, timeFormats } from "../time-formats.ts";
import { valueText } from "../value-text.ts";

interface JsonText extends TimeFormats {
  readonly ignoreNullFields: boolean;
}

/** An object a line; NULL fields are left out unless `ignoreNullFields` is false. Source: Spark's JacksonGenerator. */
export const jsonSink: Sink = {
  format: "json",
  check(write, columns) {
    lineCodec(new Options(write.options), true);
    checkFileWrite(columns, write.partitionBy, "JSON", isSupported);
  },
  write(select, write, columns, stem, io) {
    const options = new Options(write.options);
    const text: JsonText = { ...timeFormats(options, io.session), ignoreNullFields: options.boolean("ignoreNullFields", true) };
    const line = objectText(dataColumns(columns, write.partitionBy), (name) => quoteName(name), text, 0);
    return writeLines(select, write, columns, stem, { line, extension: ".json", lineEnd: lineEndOf(options) }, io);
  },
};

const isSupported = (type: DataType): boolean => !(holdsKind(type, "interval") || holdsKind(type, "variant"));

function objectText(fields: readonly SinkColumn[], sqlOf: (name: string) => string, options: JsonText, depth: number): string {
  const members = fields.map(({ name, type }) => {
    const key = quoteText(`${JSON.stringify(name)}:`);
    const value = jsonText(sqlOf(name), type, options, depth);
    return options.ignoreNullFields ? `${key} || ${value}` : `${key} || coalesce(${value}, 'null')`;
  });
  // concat_ws leaves NULL out; an empty list of texts still has its braces.
  return `('{' || concat_ws(',', ${members.join(", ") || "''"}) || '}')`;
}

/** SQL for a value's JSON, NULL for NULL. `depth` names lambda variables. */
function jsonText(sql: string, type: DataType, options: JsonText, depth: number): string {
  const quoted = (text: string) => `CAST(to_json(${text}) AS VARCHAR)`;
  if (isStringLike(type)) return quoted(sql);
  if (isIntegral(type) || type.kind === "decimal" || type.kind === "boolean") return `CAST(${sql} AS VARCHAR)`;
  switch (type.kind) {
    case "float":
    case "double": {
      const text = columnText(sql, type, options.session);
      return `CASE WHEN isfinite(${sql}) THEN ${text} ELSE '"' || ${text} || '"' END`;
    }
    case "binary":
      return `'"' || to_base64(${sql}) || '"'`;
    case "struct":
      return `CASE WHEN ${sql} IS NOT NULL THEN ${objectText(
        type.fields.map((field) => ({ name: field.name, type: field.dataType })),
        (name) => `(${sql}).${quoteName(name)}`,
        options,
        depth,
      )} END`;
    case "array": {
      const item = `x${depth}`;
      const element = `coalesce(${jsonText(item, type.elementType, options, depth + 1)}, 'null')`;
      return `('[' || array_to_string(list_transform(${sql}, lambda ${item}: ${element}), ',') || ']')`;
    }
    case "map": {
      const entry = `e${depth}`;
      const value = `coalesce(${jsonText(`${entry}.value`, type.valueType, options, depth + 1)}, 'null')`;
      const pair = `${quoted(columnText(`${entry}.key`, type.keyType, options.session))} || ':' || ${value}`;
      return `('{' || array_to_string(list_transform(map_entries(${sql}), lambda ${entry}: ${pair}), ',') || '}')`;
    }
    default:
      return quoted(valueText(sql, type, options));
  }
}
