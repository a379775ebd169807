import { typeName } from "../expressions/print-type.ts";
import type { DataType } from "../types/data-type.ts";
import type { FunctionEntry, FunctionGroup, Parameter } from "./function.ts";
import { callableFunctions } from "./registry.ts";

/** The functions reference, docs/functions.md, made from the registry. */
export function functionReference(): string {
  const groups = new Map<FunctionGroup, FunctionEntry[]>();
  for (const entry of callableFunctions()) {
    if (/^[a-z_]/.test(entry.names[0])) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  }
  const sections = [...groups].sort(([a], [b]) => compare(a, b)).map(([group, entries]) => section(group, entries));
  return `${INTRODUCTION}\n${sections.join("\n")}`;
}

const INTRODUCTION = `# Functions

Made from the registry by \`node scripts/write-function-docs.mjs\`; a test holds it against the code. Names, arguments and results are those of
[Spark's functions](https://spark.apache.org/docs/latest/api/sql/). \`[a]\` may be left out, \`a...\` stands any number of times. *distributes* marks
aggregates of which each task sends a small state instead of its rows.
`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function section(group: FunctionGroup, entries: readonly FunctionEntry[]): string {
  const rows = [...entries].sort((a, b) => compare(a.names[0], b.names[0])).map(row);
  return `## ${group}\n\n| function | what it does | notes |\n|---|---|---|\n${rows.join("\n")}\n`;
}

function row(entry: FunctionEntry): string {
  return `| \`${entry.names[0]}(${argumentsOf(entry)})\` | ${cell(entry.doc)} | ${cell(notesOf(entry).join("; "))} |`;
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** The parameters, but for keys that stand in WITHIN GROUP. */
function argumentsOf(entry: FunctionEntry): string {
  const { parameters, optional = 0, variadicMin } = entry.signature;
  const keys = entry.kind === "aggregate" ? entry.withinGroup?.keys : undefined;
  const last = parameters.length - 1;
  const shown = parameters.map((parameter, i) => {
    if ((keys === "first" && i === 0 && last > 0 && optional === 0) || (keys === "last" && i === last)) return undefined;
    const text = parameterText(parameter) + (variadicMin !== undefined && i === last && keys !== "last" ? "..." : "");
    return i > last - optional - (keys === "last" ? 1 : 0) ? `[${text}]` : text;
  });
  return cell(shown.filter((text) => text !== undefined).join(", "));
}

function parameterText({ accepts }: Parameter): string {
  if (typeof accepts !== "string") return accepts.map(typeText).join(" or ");
  const names: Readonly<Record<string, string>> = {
    common: "any",
    sameAsFirst: "same type",
    numericOrInterval: "number or interval",
    numeric: "number",
    integral: "integer",
    fractional: "fraction",
  };
  return names[accepts] ?? accepts;
}

const typeText = (type: DataType): string => (type.kind === "decimal" ? "decimal" : typeName(type));

function notesOf(entry: FunctionEntry): string[] {
  const [, ...aliases] = entry.names;
  return [
    ...(aliases.length > 0 ? [`also ${aliases.map((name) => `\`${name}\``).join(", ")}`] : []),
    ...(entry.kind === "aggregate" && entry.partial ? ["distributes"] : []),
    ...(entry.kind === "aggregate" && entry.withinGroup ? ["takes WITHIN GROUP (ORDER BY ...)"] : []),
    ...(entry.kind === "window" && entry.requiresOrder ? ["needs OVER (ORDER BY ...)"] : []),
    ...(entry.kind === "scalar" && entry.deterministic === false ? ["not deterministic"] : []),
  ];
}
