import { pythonText } from "../logical/tree-string.ts";
import type { PhysicalPlan } from "../planner/plan.ts";
import { childrenOf } from "../planner/traverse.ts";
import type { StageOutput } from "./stage.ts";

/** A stage in a few words, leaves first: `scan lineitem.parquet, filter, aggregate (partial)`. */
export function labelOf(fragment: PhysicalPlan, output: StageOutput): string {
  const combines = output.kind === "shuffle" && output.combining?.pass === 2;
  const words = [...collect(fragment), ...(combines ? ["combine"] : [])].filter((word, i, all) => word !== all[i - 1]);
  return words.join(", ");
}

function collect(plan: PhysicalPlan): string[] {
  const word = wordOf(plan);
  return [...childrenOf(plan).flatMap(collect), ...(word ? [word] : [])];
}

function wordOf(plan: PhysicalPlan): string | undefined {
  switch (plan.kind) {
    case "scan":
      return `scan ${plan.scan.rootPaths.map((path) => path.slice(path.lastIndexOf("/") + 1)).join(" ")}`;
    case "localRows":
      return "local rows";
    case "shuffleRead":
      return `read stage ${plan.stage}`;
    case "broadcastRead":
      return `broadcast of stage ${plan.stage}`;
    case "project":
      return undefined;
    case "aggregate":
      return plan.mode === "complete" ? "aggregate" : `aggregate (${plan.mode})`;
    case "join":
      return `${plan.type} join (${plan.strategy})`;
    case "sortKeySample":
      return "sample of sort keys";
    case "topK":
      return `top ${plan.count}`;
    case "setOperation":
      return plan.operation;
    case "mapPartitions":
      return `map partitions ${plan.function.name}`;
    case "python":
      return `python ${plan.calls.map(pythonText).join(" ")}`;
    case "write":
      return `write ${plan.write.format}`;
    default:
      return plan.kind;
  }
}
