import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AnalysisError } from "../../engine/errors.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { transformUp } from "../../engine/logical/traverse.ts";

/** Paths as the file store takes them: relative ones begin at the working directory, `file:` addresses become paths. */
export const absolutePaths = (plan: LogicalPlan): LogicalPlan =>
  transformUp(plan, (node) => {
    if (node.kind === "read") return { ...node, paths: node.paths.map(absolute) };
    return node.kind === "write" ? { ...node, path: absolute(node.path) } : node;
  });

const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

function absolute(path: string): string {
  const scheme = SCHEME.exec(path)?.[1]?.toLowerCase();
  if (scheme === undefined) return keepSlash(path, resolve(path));
  if (scheme !== "file")
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `The ${scheme}: path ${path}`,
      advice: "The embedded engine reads and writes files of this machine.",
    });
  return keepSlash(path, path.startsWith("file://") ? fileURLToPath(path) : resolve(path.slice("file:".length)));
}

/** A slash at the end says that a folder is meant. */
const keepSlash = (written: string, path: string): string => (written.endsWith("/") && path !== "/" ? `${path}/` : path);
