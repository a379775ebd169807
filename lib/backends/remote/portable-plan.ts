import { createHash } from "node:crypto";
import { relative } from "node:path";
import type { Origin } from "../../engine/errors/query-context.ts";
import { AnalysisError } from "../../engine/errors.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { transformUp as transformExpressionUp } from "../../engine/expressions/traverse.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { planToJson } from "../../engine/logical/plan-json.ts";
import { mapExpressions, transformUp } from "../../engine/logical/traverse.ts";
import { absolutePaths } from "../local/absolute-paths.ts";

export interface PortableOptions {
  /** The folder that places in the program are told from. */
  readonly folder: string;
  /** Whether the service reads the files of this machine. */
  readonly sharesFiles: boolean;
  /** Whether a path is the service's own. */
  readonly isThere?: (path: string) => boolean;
}

/**
 * A plan as another machine takes it: equal for equal plans of two runs of a program, so that a run that starts again is recognised.
 * Ids are numbered by first use, cached plans are named by what they compute, places are told from the program's folder.
 * Throws FIRECREST_UNSUPPORTED for paths of this machine.
 */
export function portablePlan(plan: LogicalPlan, options: PortableOptions): LogicalPlan {
  const ids = new Map<number, number>();
  const numbered = (id: number): number => {
    if (!ids.has(id)) ids.set(id, ids.size + 1);
    return ids.get(id)!;
  };
  const expression = (e: Expression): Expression => {
    const placed = withPlace(e, options.folder);
    if (placed.kind === "lambdaVariable") return { ...placed, id: numbered(placed.id) };
    return "planId" in placed && placed.planId !== undefined ? { ...placed, planId: numbered(placed.planId) } : placed;
  };
  const reachable = options.sharesFiles ? absolutePaths(plan) : transformUp(plan, (node) => refuseLocalPaths(node, options));
  return transformUp(reachable, (node) => {
    const mapped = withPlace(
      mapExpressions(node, (e) => transformExpressionUp(e, expression)),
      options.folder,
    );
    const named = mapped.planId === undefined ? mapped : { ...mapped, planId: numbered(mapped.planId) };
    return named.kind === "cached" ? { ...named, key: digestOf(named.child) } : named;
  });
}

const digestOf = (plan: LogicalPlan): string =>
  createHash("sha256")
    .update(JSON.stringify(planToJson(plan)))
    .digest("hex");

/** An origin is `file:line:column`; the file of an error is looked for from the same folder. */
function withPlace<T extends { readonly kind: string }>(node: T, folder: string): T {
  const { origin } = node as { readonly origin?: Origin };
  const [, file, place] = (typeof origin === "string" && /^([^:].*?)((?::\d+){1,2})$/.exec(origin)) || [];
  return file === undefined ? node : { ...node, origin: `${relative(folder, file)}${place}` };
}

const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

function refuseLocalPaths(node: LogicalPlan, { isThere }: PortableOptions): LogicalPlan {
  const paths = node.kind === "read" ? node.paths : node.kind === "write" ? [node.path] : [];
  for (const path of paths) {
    const scheme = SCHEME.exec(path)?.[1]?.toLowerCase();
    if ((scheme !== undefined && scheme !== "file") || isThere?.(path)) continue;
    throw new AnalysisError(
      "FIRECREST_UNSUPPORTED",
      {
        feature: `The local path ${path} on a service elsewhere`,
        advice: "Its tasks do not see this machine's files: copy them to a bucket and give its address, s3://bucket/path.",
      },
      node.origin === undefined ? {} : { origin: node.origin },
    );
  }
  return node;
}
