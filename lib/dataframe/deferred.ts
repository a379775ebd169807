import type { LogicalPlan, Read } from "../engine/logical/plan.ts";
import { allPlansBelow, transformAllUp } from "../engine/logical/subqueries.ts";

/**
 * Plans that depend on a schema or on values (`na.fill`, `describe`, `pivot` without values) stand in lazy DataFrames as a
 * placeholder leaf; an action settles them first. Each is built once, and again only after it failed.
 */
type Build = () => Promise<LogicalPlan>;

const builds = new WeakMap<LogicalPlan, Build>();

/** A placeholder for the plan that `build` makes once an action needs it. */
export function deferred(build: Build): Read {
  const placeholder: Read = Object.freeze({ kind: "read", format: "deferred", paths: [], options: {} });
  let built: Promise<LogicalPlan> | undefined;
  builds.set(placeholder, () => {
    built ??= build()
      .then(settle)
      .catch((thrown) => {
        built = undefined;
        throw thrown;
      });
    return built;
  });
  return placeholder;
}

/** The plan with every placeholder replaced by what it stands for. */
export async function settle(plan: LogicalPlan): Promise<LogicalPlan> {
  const found = new Map<LogicalPlan, LogicalPlan>();
  for (const placeholder of placeholdersOf(plan)) found.set(placeholder, await builds.get(placeholder)!());
  return found.size === 0 ? plan : transformAllUp(plan, (node) => found.get(node) ?? node);
}

function placeholdersOf(plan: LogicalPlan): LogicalPlan[] {
  return builds.has(plan) ? [plan] : allPlansBelow(plan).flatMap(placeholdersOf);
}
