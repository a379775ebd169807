import { analyze } from "./analyzer/analyze.ts";
import { quoted, withOrigin } from "./analyzer/resolve-expression.ts";
import type { Environment } from "./engine.ts";
import { AnalysisError } from "./errors.ts";
import type { Expression } from "./expressions/expression.ts";
import { someExpression, transformUp } from "./expressions/traverse.ts";
import type { Cached, LogicalPlan, UnresolvedRelation } from "./logical/plan.ts";
import { childrenOf, expressionsOf, mapChildren, mapExpressions } from "./logical/traverse.ts";
import type { Conf, EngineSettings } from "./settings.ts";

/**
 * Asks each source for its schema and files, the catalog for what names mean, and each cache for what it keeps: the only I/O before a
 * plan runs. The same node is asked once. Throws AnalysisError.
 */
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
  const relation = async (node: LogicalPlan): Promise<LogicalPlan | undefined> => {
    if (node.kind === "read") return environment.sourceOf(node.format).resolve(node, io);
    if (node.kind === "cached") return node.stored ? readable({ ...node, stored: node.stored }) : environment.cached(node, conf);
    if (node.kind !== "unresolvedRelation") return undefined;
    return resolveAll(await namedRelation(node, conf, environment));
  };
  const resolveAll = (below: LogicalPlan) => resolveRelations(below, conf, settings, environment);
  const analyzed = async (below: LogicalPlan) => analyze(await resolveAll(below), settings.session);
  const readable = async ({ stored, ...node }: Cached & { readonly stored: LogicalPlan }): Promise<LogicalPlan> => ({
    ...node,
    child: await analyzed(node.child).catch((thrown) => (isGone(thrown) ? analyzed(stored) : Promise.reject(thrown))),
    stored: await resolveAll(stored),
  });
  const resolve = async (node: LogicalPlan): Promise<void> => {
    if (resolved.has(node)) return;
    try {
      const found = await relation(node);
      if (found) resolved.set(node, numbered(found, node));
      else for (const child of [...childrenOf(node), ...expressionsOf(node).flatMap(plansIn)]) await resolve(child);
    } catch (error) {
      throw withOrigin(error, node);
    }
  };
  await resolve(plan);
  const replaced = (node: LogicalPlan): LogicalPlan =>
    resolved.get(node) ?? mapExpressions(mapChildren(node, replaced), (e) => mapPlansIn(e, replaced));
  return replaced(plan);
}

async function namedRelation(node: UnresolvedRelation, conf: Conf, environment: Environment): Promise<LogicalPlan> {
  const found = await environment.relation?.(node, conf);
  if (!found) throw new AnalysisError("TABLE_OR_VIEW_NOT_FOUND", { relationName: quoted(node.nameParts) });
  return found;
}

/** What rows came from may go once they are kept: then only the columns below a cache have no names any more. */
const isGone = (thrown: unknown): boolean =>
  thrown instanceof AnalysisError && (thrown.condition === "PATH_NOT_FOUND" || thrown.condition === "TABLE_OR_VIEW_NOT_FOUND");

type WithPlan = Extract<Expression, { plan: LogicalPlan }>;
const hasPlan = (e: Expression): e is WithPlan => e.kind === "scalarSubquery" || e.kind === "exists" || e.kind === "inSubquery";

function plansIn(expression: Expression): LogicalPlan[] {
  const found: LogicalPlan[] = [];
  someExpression(expression, (e) => {
    if (hasPlan(e)) found.push(e.plan);
    return false;
  });
  return found;
}

const mapPlansIn = (expression: Expression, map: (plan: LogicalPlan) => LogicalPlan): Expression =>
  transformUp(expression, (e) => {
    if (!hasPlan(e)) return e;
    const plan = map(e.plan);
    return plan === e.plan ? e : { ...e, plan };
  });

const numbered = (plan: LogicalPlan, { planId }: LogicalPlan): LogicalPlan => (planId === undefined ? plan : { ...plan, planId });
