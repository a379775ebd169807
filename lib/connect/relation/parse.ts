import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Column } from "../../dataframe/column.ts";
import type { DataFrame } from "../../dataframe/dataframe.ts";
import { optionMap } from "../../dataframe/functions/invoke.ts";
import { lowerCased } from "../../dataframe/reader.ts";
import { alias, fn, integerLiteral, stringLiteral } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { isStringLike, type StructType } from "../../engine/types/data-type.ts";
import { toDdl } from "../../engine/types/ddl.ts";
import { type Parse, Parse_ParseFormat } from "../protocol/spark/connect/relations_pb.js";
import { engineType } from "../type/data-type.ts";
import { frameOf, frameOfPlan } from "./frame.ts";
import type { Scope } from "./scope.ts";
import { malformed, unsupported } from "./unsupported.ts";

type Format = "csv" | "json";

/** Lines of text that are in a DataFrame already, read as those of a file. */
export async function parseOf(message: Parse, t: Scope): Promise<LogicalPlan> {
  const format = formatOf(message.format);
  const options = lowerCased(message.options);
  const lines = await linesOf(message, format, options, t);
  const given = message.schema && engineType(message.schema);
  if (given && given.kind !== "struct") throw malformed("Lines are read with a schema that is no struct.");
  const schema = given ?? (await inferred(lines, format, options, t));
  const rows = format === "csv" && options.header === "true" ? await withoutHeader(lines) : lines.plan;
  const parsed = fn(`from_${format}`, LINE, stringLiteral(toDdl(schema)), ...optionsOf(options));
  const structs: LogicalPlan = { kind: "project", expressions: [alias(parsed, PARSED)], child: rows };
  return { kind: "project", expressions: [{ kind: "unresolvedStar", target: [PARSED] }], child: structs };
}

const LINE: Expression = { kind: "unresolvedAttribute", nameParts: ["__line__"] };
const PARSED = "__parsed__";

function formatOf(format: Parse_ParseFormat): Format {
  if (format === Parse_ParseFormat.CSV) return "csv";
  if (format === Parse_ParseFormat.JSON) return "json";
  throw unsupported("Reading XML from a DataFrame of lines", "Use functions.from_xml.");
}

function optionsOf(options: Readonly<Record<string, string>>): Expression[] {
  const map = optionMap(options);
  return map ? [map] : [];
}

/** The one column of text, without lines that hold nothing. */
async function linesOf({ input }: Parse, format: Format, options: Readonly<Record<string, string>>, t: Scope): Promise<DataFrame> {
  const given = await frameOf(input, t);
  const { fields } = await given.schema();
  const [field] = fields;
  if (fields.length !== 1 || !field || !isStringLike(field.dataType)) throw malformed("Lines are read from one column of text.");
  const column: Expression = { kind: "unresolvedAttribute", nameParts: [field.name] };
  const lines: LogicalPlan = { kind: "project", expressions: [alias(column, "__line__")], child: given.plan };
  const filled = fn(">", fn("length", fn("trim", LINE)), integerLiteral(0));
  const { comment } = options;
  const noComment = comment && format === "csv" ? fn("and", filled, fn("not", fn("startswith", LINE, stringLiteral(comment)))) : filled;
  return frameOfPlan({ kind: "filter", condition: noComment, child: lines }, t);
}

/** As Spark leaves out every line that is the first one. */
async function withoutHeader(lines: DataFrame): Promise<LogicalPlan> {
  const first = (await lines.first()) as { readonly __line__: string } | null;
  if (first === null) return lines.plan;
  return lines.filter(new Column(fn("not", fn("=", LINE, stringLiteral(first.__line__))))).plan;
}

/** What the format's reader finds in a file of these lines, which is gone at once. */
async function inferred(lines: DataFrame, format: Format, options: Readonly<Record<string, string>>, t: Scope): Promise<StructType> {
  const folder = await mkdtemp(join(tmpdir(), "firecrest-lines-"));
  try {
    const path = join(folder, "lines");
    await lines.coalesce(1).write.text(path);
    return await t.spark.read.format(format).options(options).load(path).schema();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
