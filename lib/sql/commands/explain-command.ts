import { SESSION_CATALOG } from "../../catalog/external-catalog.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { freshId } from "../../engine/expressions/build.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import { tableOfParts } from "../session/names.ts";
import type { StatementContext } from "../session/statement-context.ts";
import type { Name } from "../syntax/span.ts";
import type { Statement } from "../syntax/statement.ts";
import type { Of } from "./commands.ts";

/** A command as EXPLAIN shows it. Source: the commands' own texts in Spark's execution.command. */
interface Shown {
  /** Spark's class. */
  readonly name: string;
  /** What stands behind the class. */
  readonly words: string;
  /** A line below, of what it is about. */
  readonly below?: string;
  readonly output: readonly string[];
  /** Before names are looked up, where that is another text. */
  readonly parsed?: string;
}

type Mode = Of<"explain">["mode"];
const MODES: Readonly<Record<Mode, string>> = {
  simple: "SimpleMode",
  extended: "ExtendedMode",
  formatted: "FormattedMode",
  codegen: "CodegenMode",
  cost: "CostMode",
  logical: "LogicalMode",
};

const columns = (output: readonly string[]): string => `[${output.map((name) => `${name}#${freshId()}`).join(", ")}]`;

/** The text of EXPLAIN of a command. Throws FIRECREST_UNSUPPORTED for those that are not shown. */
export async function explainCommand(statement: Statement, mode: Mode, context: StatementContext): Promise<string> {
  const shown = await shownAs(statement, context);
  if (!shown)
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `EXPLAIN of a ${statement.kind} statement`,
      advice: "Explain the query alone.",
    });
  if (mode === "codegen") return "Found 0 WholeStageCodegen subtrees.\n";
  if (mode === "formatted") return formatted(shown);
  const text = [shown.name, shown.words].filter((part) => part !== "").join(" ");
  const logical = [text, ...(shown.below ? [`+- ${shown.below}`] : [])].join("\n");
  const physical = [`Execute ${shown.name}`, `   +- ${text}`, ...(shown.below ? [`      +- ${shown.below}`] : [])].join("\n");
  const last = `== Physical Plan ==\n${physical}\n`;
  if (mode === "simple") return `${last}\n`;
  const optimized = `== Optimized Logical Plan ==\n${logical}\n\n`;
  if (mode === "cost") return `${optimized}${last}`;
  const types = shown.output.map((name) => `${name}: string`).join(", ");
  const analyzed = [types, logical].filter((part) => part !== "").join("\n");
  return `== Parsed Logical Plan ==\n${shown.parsed ?? logical}\n\n== Analyzed Logical Plan ==\n${analyzed}\n\n${optimized}${last}`;
}

function formatted({ name, words, output }: Shown): string {
  const columnText = output.length === 0 ? "[]" : columns(output);
  return [
    `== Physical Plan ==\nExecute ${name} (1)\n   +- ${name} (2)\n\n`,
    `(1) Execute ${name}\nOutput${output.length === 0 ? "" : ` [${output.length}]`}: ${columnText}\n`,
    `(2) ${name}\nArguments: ${words}\n`,
  ].join("\n");
}

async function shownAs(statement: Statement, context: StatementContext): Promise<Shown | undefined> {
  switch (statement.kind) {
    case "describeQuery": {
      const { start, end } = statement.query;
      return { name: "DescribeQueryCommand", words: context.text.slice(start, end), output: TABLE };
    }
    case "describeTable":
      return describeShown(statement, context);
    case "set": {
      const { key, value } = statement;
      const pair = key === undefined ? "" : `(${key},${value === undefined ? "None" : `Some(${value})`})`;
      return { name: "SetCommand", words: pair, output: ["key", "value"] };
    }
    case "explain":
      return { name: "ExplainCommand", words: `'${statement.statement.kind}, ${MODES[statement.mode]}`, output: ["plan"] };
    case "showFunctions":
      return {
        name: "ShowFunctionsCommand",
        words: `${context.session.currentSchema}, ${String(statement.scope !== "system")}, ${String(statement.scope !== "user")}, ${columns(["function"])}`,
        output: ["function"],
      };
    case "showColumns":
      return {
        name: "ShowColumnsCommand",
        words: `${fullName(statement.table, context)}, ${columns(["col_name"])}`,
        output: ["col_name"],
      };
    case "showSchemas":
      return {
        name: "ShowNamespacesCommand",
        words: columns(["namespace"]),
        below: `ResolvedNamespace V2SessionCatalog(${SESSION_CATALOG})`,
        output: ["namespace"],
      };
    case "refreshTable":
      return { name: "RefreshTableCommand", words: fullName(statement.name, context), output: [] };
    case "clearCache":
      return { name: "ClearCacheCommand$", words: "", output: [] };
    default:
      return undefined;
  }
}

const TABLE = ["col_name", "data_type", "comment"];

async function describeShown(statement: Of<"describeTable">, context: StatementContext): Promise<Shown> {
  const { table, extended, asJson, column } = statement;
  const parts = context.parts(table);
  const temporary = context.session.views.find(parts) !== undefined;
  const relation = temporary ? undefined : await context.relation(table);
  const name = fullName(table, context);
  const partition = await partitionText(statement, context);
  if (column) {
    const place = temporary ? parts : [SESSION_CATALOG, relation!.schema, relation!.table];
    const words = `${name}, [${[...place, ...context.parts(column)].join(", ")}], ${extended}, ${columns(["info_name", "info_value"])}`;
    return { name: "DescribeColumnCommand", words, output: ["info_name", "info_value"] };
  }
  if (asJson) {
    const words = `${partition}${extended}, ${columns(["json_metadata"])}`;
    const id = relation && `${relation.schema}.${relation.table}`;
    const below = id
      ? `ResolvedTable V2SessionCatalog(${SESSION_CATALOG}), ${id}, V1Table(${id}), ${columns(relation.columns.fields.map((field) => field.name))}`
      : `ResolvedTempView ${parts.join(".")}`;
    return { name: "DescribeRelationJsonCommand", words, below, output: ["json_metadata"] };
  }
  const output = columns(TABLE);
  return {
    name: "DescribeTableCommand",
    words: `${name}, ${partition}${extended}, ${output}`,
    output: TABLE,
    parsed: `'DescribeRelation ${partition}${extended}, ${output}\n+- 'UnresolvedTableOrView [${parts.join(", ")}], DESCRIBE TABLE, true`,
  };
}

async function partitionText({ partition }: Of<"describeTable">, context: StatementContext): Promise<string> {
  if (!partition) return "";
  const values: string[] = [];
  for (const { column, value } of partition) values.push(`${column.name}=${value ? await context.propertyText(value) : ""}`);
  return `[${values.join(", ")}], `;
}

function fullName(name: Name, context: StatementContext): string {
  const parts = context.parts(name);
  if (context.session.views.find(parts)) return sqlId(parts);
  const { schema, table } = tableOfParts(parts, context.session.currentSchema);
  return sqlId([SESSION_CATALOG, schema, table]);
}
