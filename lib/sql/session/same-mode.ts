import { AnalysisError } from "../../engine/errors.ts";
import type { Conf } from "../../engine/settings.ts";

const ANSI = "spark.sql.ansi.enabled";
/** What means the same in either mode: columns and values as they are. */
const PLAIN: ReadonlySet<string> = new Set([
  "alias",
  "column",
  "literal",
  "name",
  "nested",
  "query",
  "queryRelation",
  "row",
  "select",
  "star",
  "table",
  "tableReference",
  "typedLiteral",
  "values",
]);

/** Whether a tree works anything out. */
function computes(tree: unknown): boolean {
  if (typeof tree !== "object" || tree === null) return false;
  const { kind, start } = tree as { readonly kind?: string; readonly start?: unknown };
  // What has a place is syntax; the types and values in it are not.
  if (kind !== undefined && start !== undefined && !PLAIN.has(kind)) return true;
  return Object.values(tree).some(computes);
}

const ansiOf = (conf: Conf): string => (conf[ANSI] ?? "true").toLowerCase();

/**
 * A job runs in one ANSI mode, so a view or function of another mode cannot be a part of it: its overflows and casts would mean something else.
 * Throws FIRECREST_UNSUPPORTED.
 */
export function refuseOtherMode(what: string, tree: unknown, made: Conf, session: Conf): void {
  if (ansiOf(made) === ansiOf(session) || !computes(tree)) return;
  throw new AnalysisError("FIRECREST_UNSUPPORTED", {
    feature: `${what}, made with ${ANSI}=${ansiOf(made)}, in a session with ${ansiOf(session)}`,
    advice: `Set ${ANSI} as it was, or make it again.`,
  });
}
