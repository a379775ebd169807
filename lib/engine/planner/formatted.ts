import type { Expression } from "../expressions/expression.ts";
import { explainText } from "../expressions/print.ts";
import { drawTree, fieldList, joinTypeName, pythonText } from "../logical/tree-string.ts";
import { outputOf } from "./output.ts";
import type { PhysicalPlan } from "./plan.ts";
import { childrenOf } from "./traverse.ts";
import { aggregateFunctions, columns, exchangeArguments, list, operatorName, scanFields } from "./tree-string.ts";

/** explain("formatted"): the tree with numbered operators, leaves first, then a paragraph on each. */
export function formattedPlan(plan: PhysicalPlan): string {
  const numbers = new Map<PhysicalPlan, number>();
  const visit = (node: PhysicalPlan): void => {
    for (const child of childrenOf(node)) visit(child);
    if (!numbers.has(node)) numbers.set(node, numbers.size + 1);
  };
  visit(plan);
  const tree = drawTree(plan, { lines: (node) => [`${operatorName(node)} (${numbers.get(node)})`], children: childrenOf });
  return `${tree}\n\n\n${[...numbers].map(([node, number]) => `(${number}) ${operatorName(node)}\n${details(node)}\n`).join("\n")}`;
}

const counted = (label: string, items: readonly string[]): string => `${label} [${items.length}]: [${fieldList(items)}]`;
const texts = (expressions: readonly Expression[]) => expressions.map((e) => explainText(e));

function details(plan: PhysicalPlan): string {
  const inputs = childrenOf(plan).map((child, i, all) =>
    counted(all.length > 1 && plan.kind === "join" ? `${i === 0 ? "Left" : "Right"} output` : "Input", texts(outputOf(child))),
  );
  return [...(plan.kind === "join" ? [] : inputs), ...own(plan)].join("\n");
}

function own(plan: PhysicalPlan): readonly string[] {
  const output = () => counted("Output", texts(outputOf(plan)));
  switch (plan.kind) {
    case "scan":
      return [
        output(),
        ...scanFields(plan.scan)
          .filter(([, value]) => value !== "[]")
          .map(([name, value]) => `${name}: ${value}`),
      ];
    case "localRows":
    case "range":
    case "shuffleRead":
    case "broadcastRead":
    case "unionLoop":
    case "loopRead":
    case "union":
    case "setOperation":
      return [output()];
    case "project":
      return [output()];
    case "filter":
      return [`Condition : ${explainText(plan.condition)}`];
    case "aggregate":
      return [
        counted("Keys", texts(plan.grouping)),
        counted("Functions", aggregateFunctions(plan)),
        counted("Results", texts(outputOf(plan))),
      ];
    case "join":
      return [
        ...(plan.keys.length > 0
          ? [counted("Left keys", texts(plan.keys.map((key) => key.left))), counted("Right keys", texts(plan.keys.map((key) => key.right)))]
          : []),
        `Join type: ${joinTypeName(plan.type)}`,
        `Join condition: ${plan.condition ? explainText(plan.condition) : "None"}`,
      ];
    case "sort":
      return [`Arguments: ${list(plan.order)}`];
    case "topK":
      return [`Arguments: ${plan.count}, ${list(plan.order)}`];
    case "limit":
    case "tail":
      return [`Arguments: ${plan.count}`];
    case "expand":
      return [`Arguments: [${plan.projections.map(list).join(", ")}], ${columns(plan.output, ", ")}`];
    case "window":
      return [`Arguments: ${list(plan.expressions)}`];
    case "generate":
      return [`Arguments: ${explainText(plan.generator)}, ${plan.outer}, ${columns(plan.output)}`];
    case "exchange":
      return plan.reason === "broadcast" ? [] : [`Arguments: ${exchangeArguments(plan)}`];
    case "sample":
      return [`Arguments: ${plan.lowerBound}, ${plan.upperBound}, ${plan.withReplacement}, ${plan.seed}`];
    case "mapPartitions":
      return [`Arguments: ${plan.function.name}, ${columns(plan.output, ", ")}`];
    case "python":
      return [`Arguments: [${plan.calls.map(pythonText).join(", ")}], ${columns(plan.results, ", ")}`];
    case "sortKeySample":
      return [`Arguments: ${list(plan.order)}, ${plan.count}`];
    case "write":
      return [`Arguments: ${plan.write.path}, false, ${plan.write.format}, ${plan.write.mode}`];
  }
}
