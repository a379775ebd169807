import { typeName } from "./expressions/print-type.ts";
import { outputOf } from "./logical/output.ts";
import type { LogicalPlan } from "./logical/plan.ts";
import { statisticsOf } from "./logical/statistics.ts";
import { fieldList, treeString } from "./logical/tree-string.ts";
import { formattedPlan } from "./planner/formatted.ts";
import type { PhysicalPlan } from "./planner/plan.ts";
import { physicalTreeString } from "./planner/tree-string.ts";

export type ExplainMode = "simple" | "extended" | "formatted" | "cost" | "codegen";

/** A query in each of its forms, and the SQL of its stages in their order. */
export interface Explained {
  readonly parsed: LogicalPlan;
  readonly analyzed: LogicalPlan;
  readonly optimized: LogicalPlan;
  readonly physical: PhysicalPlan;
  readonly stages: readonly string[];
}

/** What DataFrame.explain prints, laid out as Spark does; it ends with a line break. */
export function explain(mode: ExplainMode, { parsed, analyzed, optimized, physical, stages }: Explained): string {
  const section = (title: string, text: string) => `== ${title} ==\n${text}\n`;
  const tree = section("Physical Plan", physicalTreeString(physical));
  switch (mode) {
    case "simple":
      return tree;
    case "extended":
      return [
        section("Parsed Logical Plan", treeString(parsed)),
        section("Analyzed Logical Plan", `${columnsText(analyzed)}\n${treeString(analyzed)}`),
        section("Optimized Logical Plan", treeString(optimized)),
        tree,
      ].join("\n");
    case "formatted":
      return section("Physical Plan", formattedPlan(physical));
    case "cost":
      return [section("Optimized Logical Plan", treeString(optimized, costSuffix)), tree].join("\n");
    case "codegen":
      return [
        `Found ${stages.length} WholeStageCodegen subtrees.`,
        ...stages.map((sql, i) => `== Subtree ${i + 1} / ${stages.length} ==\n\nGenerated code:\n${sql}\n`),
      ].join("\n");
  }
}

/** `a: bigint, b: string`. */
const columnsText = (plan: LogicalPlan): string => fieldList(outputOf(plan).map((a) => `${a.name}: ${typeName(a.type)}`));

function costSuffix(plan: LogicalPlan): string {
  const { sizeInBytes, rowCount } = statisticsOf(plan);
  return `, Statistics(sizeInBytes=${bytesText(sizeInBytes)}, rowCount=${countText(rowCount)})`;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/** As Spark's Utils.bytesToString: a unit is used from twice its size on. */
export function bytesText(bytes: number): string {
  let unit = 0;
  while (unit + 1 < UNITS.length && bytes >= 2 * 1024 ** (unit + 1)) unit++;
  return `${(bytes / 1024 ** unit).toFixed(1)} ${UNITS[unit]}`;
}

/** As Spark's BigDecimal of three digits: 123, 1.23E+4. */
function countText(count: number): string {
  if (count < 1000) return String(count);
  const [digits, exponent] = count.toExponential(2).split("e") as [string, string];
  return `${digits}E${exponent}`;
}
