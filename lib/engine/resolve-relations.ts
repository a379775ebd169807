import { withOrigin } from "./analyzer/resolve-expression.ts";
import type { Environment } from "./engine.ts";
import type { LogicalPlan } from "./logical/plan.ts";
import { childrenOf, mapChildren } from "./logical/traverse.ts";
import type { Conf, EngineSettings } from "./settings.ts";

/** Asks each source for its schema and files, and each cache for what it keeps: the only I/O before a plan runs. The same node is asked once. */
export async function resolveRelations(
  plan: LogicalPlan,
  conf: Conf,
  settings: EngineSettings,
  environment: Environment,
): Promise<LogicalPlan> {
  const resolved = new Map<LogicalPlan, LogicalPlan>();
  const io = {
    store: environment.store,
    session: settings.session,
    query: environment.query,
    ...(environment.remember ? { remember: environment.remember } : {}),
  };
  const resolve = async (node: LogicalPlan): Promise<void> => {
    if (resolved.has(node)) return;
    try {
      if (node.kind === "read") resolved.set(node, numbered(await environment.sourceOf(node.format).resolve(node, io), node));
      else if (node.kind === "cached") resolved.set(node, numbered(await environment.cached(node, conf), node));
      else for (const child of childrenOf(node)) await resolve(child);
    } catch (error) {
      throw withOrigin(error, node);
    }
  };
  await resolve(plan);
  const replaced = (node: LogicalPlan): LogicalPlan => resolved.get(node) ?? mapChildren(node, replaced);
  return replaced(plan);
}

const numbered = (plan: LogicalPlan, { planId }: LogicalPlan): LogicalPlan => (planId === undefined ? plan : { ...plan, planId });
