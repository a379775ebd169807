import { outputOf } from "./output.ts";
import type { LogicalPlan, Project } from "./plan.ts";
import { childrenOf } from "./traverse.ts";

/** What changes no row: names, and where in a program something was written. */
const IGNORED: ReadonlySet<string> = new Set([
  "origin",
  "explicit",
  "calledAs",
  "metadata",
  "alias",
  "qualifier",
  "planId",
  "nullable",
  "leftHint",
  "rightHint",
]);

/** Calls whose operands may stand in any order, and calls in others of themselves that are one. */
const UNORDERED: ReadonlySet<string> = new Set(["+", "*", "and", "or", "&", "|", "^", "greatest", "least"]);
const TWO_WAYS: ReadonlyMap<string, string> = new Map([
  ["=", "="],
  ["<=>", "<=>"],
  ["<", ">"],
  [">", "<"],
  ["<=", ">="],
  [">=", "<="],
]);
const NEGATED: ReadonlyMap<string, string> = new Map([
  ["<", ">="],
  [">", "<="],
  ["<=", ">"],
  [">=", "<"],
]);

type Fields = Readonly<Record<string, unknown>>;

/**
 * A text equal for analyzed plans that compute the same rows in the same way: names of columns do not count, their ids count by the order in
 * which they are made, operands of commutative calls stand in one order. Source: Spark's QueryPlan.doCanonicalize, CommutativeExpression.
 */
export function canonicalText(root: LogicalPlan): string {
  const numbers = new Map<unknown, number>();
  const numberOf = (id: unknown): number => {
    if (!numbers.has(id)) numbers.set(id, numbers.size);
    return numbers.get(id)!;
  };
  const made = new Map<unknown, unknown>();

  const plan = (node: LogicalPlan): unknown => {
    // The columns of what is below have their numbers first.
    for (const child of childrenOf(node)) made.set(child, plan(child));
    if (node.kind === "subqueryAlias" || node.kind === "hint" || node.kind === "cached" || node.kind === "view")
      return made.get(node.child);
    if (node.kind === "project" && renamesOnly(node)) {
      const output = outputOf(node.child);
      node.expressions.forEach((e, i) => {
        if (e.kind === "alias") numbers.set(e.id, numberOf(output[i]!.id));
      });
      return made.get(node.child);
    }
    if (node.kind === "localRelation" && node.output) return fields({ ...node, schema: undefined } as unknown as Fields);
    return fields(node as unknown as Fields);
  };
  const fields = (node: Fields): unknown =>
    Object.fromEntries(
      Object.keys(node)
        .filter((key) => !IGNORED.has(key) && node[key] !== undefined)
        .sort()
        .map((key) => [key, value(node[key])]),
    );
  const value = (item: unknown): unknown => {
    if (made.has(item)) return made.get(item);
    if (typeof item === "bigint") return `${item}n`;
    if (item instanceof Map) return [...item].map(value);
    if (Array.isArray(item)) return item.map(value);
    if (item === null || typeof item !== "object" || Object.getPrototypeOf(item) !== Object.prototype) return item;
    const node = item as Fields;
    switch (node.kind) {
      case "attribute":
      case "lambdaVariable":
        return { column: numberOf(node.id), type: value(node.type) };
      case "alias":
        // What it stands for may use columns; it is one itself after them.
        return { child: value(node.child), column: numberOf(node.id) };
      case "aggregate":
        return fields(countsRows(node) ? { ...node, args: [] } : node);
      case "call":
        return call(node as Fields & { readonly name: string; readonly args: readonly unknown[] });
      case "scalarSubquery":
      case "exists":
      case "inSubquery":
        made.set(node.plan, plan(node.plan as LogicalPlan));
        return fields(node);
      default:
        return fields(node);
    }
  };
  const call = (node: Fields & { readonly name: string; readonly args: readonly unknown[] }): unknown => {
    const { name } = node;
    if (name === "not") {
      const negated = node.args[0] as typeof node;
      const other = negated.kind === "call" ? NEGATED.get(negated.name) : undefined;
      if (other) return call({ ...negated, name: other });
    }
    if (UNORDERED.has(name)) return { ...(fields({ ...node, args: [] }) as object), args: sorted(operands(name, node).map(value)) };
    if (name === "in") {
      const [tested, ...list] = node.args.map(value);
      return { ...(fields({ ...node, args: [] }) as object), args: [tested, ...sorted(list)] };
    }
    const turned = TWO_WAYS.get(name);
    if (!turned) return fields(node);
    const [left, right] = node.args.map(value);
    return JSON.stringify(left) <= JSON.stringify(right)
      ? { ...(fields({ ...node, args: [] }) as object), args: [left, right] }
      : { ...(fields({ ...node, name: turned, args: [] }) as object), args: [right, left] };
  };
  return JSON.stringify(plan(root));
}

/** `count(1)`, which the fronts write with an int or a bigint. */
function countsRows({ name, args }: Fields): boolean {
  const [only, ...more] = args as readonly Fields[];
  return name === "count" && more.length === 0 && only?.kind === "literal" && String(only.value) === "1";
}

/** Whether a projection gives its child's columns other names at most. Source: Spark's Project.doCanonicalize. */
function renamesOnly({ expressions, child }: Project): boolean {
  const output = outputOf(child);
  return (
    expressions.length === output.length &&
    expressions.every((e, i) => {
      const { id } = output[i]!;
      return e.kind === "attribute" ? e.id === id : e.kind === "alias" && !e.metadata && e.child.kind === "attribute" && e.child.id === id;
    })
  );
}

const sorted = (items: readonly unknown[]): unknown[] =>
  items
    .map((item) => ({ item, text: JSON.stringify(item) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ item }) => item);

/** `a + (b + c)` has three. */
const operands = (name: string, { args }: { readonly args: readonly unknown[] }): unknown[] =>
  args.flatMap((arg) => {
    const inner = arg as Fields & { readonly args: readonly unknown[] };
    return inner.kind === "call" && inner.name === name ? operands(name, inner) : [arg];
  });
