import { AnalysisError } from "../errors.ts";
import type { Attribute, UnresolvedAttribute, UnresolvedStar } from "../expressions/expression.ts";
import { sqlExpr } from "../expressions/quoting.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { childrenOf } from "../logical/traverse.ts";
import { isHidden } from "./hidden-columns.ts";
import { ambiguousReference, type Candidate } from "./resolve-expression.ts";

/** What a name means among a plan's columns. */
type Matching = (output: readonly Attribute[], nameParts: readonly string[]) => readonly Candidate[];
interface Found {
  readonly column: Candidate;
  readonly depth: number;
}

/**
 * What `df.col` means where the plan numbered `planId` stands somewhere below: its column, if that reaches this place. Of several such plans
 * one right below wins; otherwise the column is ambiguous. What a USING join hides reaches where nothing else does. A union's columns are its
 * own, so its children are not looked at. Source: Spark's resolveDataFrameColumn (4.3's, which refuses less than 4.1's).
 */
export function columnOfPlan(
  plans: readonly LogicalPlan[],
  planId: number,
  nameParts: readonly string[],
  matching: Matching,
): Candidate | undefined {
  const inside = (plan: LogicalPlan, depth: number, reaches: Reaches): Found[] => {
    if (plan.planId === planId) {
      const candidates = matching(outputOf(plan), nameParts);
      if (candidates.length > 1) throw ambiguousReference(nameParts, candidates);
      return candidates.map((column) => ({ column, depth }));
    }
    if (plan.kind === "union") return [];
    return childrenOf(plan)
      .flatMap((child) => inside(child, depth + 1, reaches))
      .filter(({ column }) => reaches([column.attribute], plan));
  };
  for (const reaches of [openly, somehow]) {
    const found = plans.flatMap((plan) => inside(plan, 0, reaches));
    const nearest = found.filter(({ depth }) => depth === 0);
    if (found.length > 1 && nearest.length !== 1) throw ambiguousColumn(sqlExpr({ kind: "unresolvedAttribute", nameParts }));
    const column = nearest[0] ?? found[0];
    if (column) return column.column;
  }
  return undefined;
}

type Reaches = (columns: readonly Attribute[], plan: LogicalPlan) => boolean;
const somehow: Reaches = (columns, plan) => columns.every(({ id }) => outputOf(plan).some((a) => a.id === id));
const openly: Reaches = (columns, plan) => columns.every(({ id }) => outputOf(plan).some((a) => a.id === id && !isHidden(a)));

/** What `df["*"]` means: all columns of the plan numbered so, undefined where they do not all reach this place. Source: Spark's resolveDataFrameStar. */
export function starOfPlan(plans: readonly LogicalPlan[], planId: number): readonly Attribute[] | undefined {
  const found = plans.flatMap((plan) => {
    const columns = plan.planId === planId ? outputOf(plan).filter((a) => !isHidden(a)) : starOfPlan(childrenOf(plan), planId);
    return columns && somehow(columns, plan) ? [columns] : [];
  });
  if (found.length > 1) throw ambiguousColumn(STAR);
  return found[0];
}

/** Whether the plan numbered so stands where its columns may be named from here, whatever reaches. */
export function holdsPlan(plans: readonly LogicalPlan[], planId: number): boolean {
  return plans.some((plan) => plan.planId === planId || (plan.kind !== "union" && holdsPlan(childrenOf(plan), planId)));
}

/** What means its child alone has two numbers, by which data frames may name its columns. */
export function numbered(plan: LogicalPlan, planId: number | undefined): LogicalPlan {
  if (planId === undefined || plan.planId === planId) return plan;
  if (plan.planId === undefined) return { ...plan, planId };
  return { kind: "project", expressions: outputOf(plan), child: plan, planId };
}

/** As Spark calls it. */
const STAR = '"unresolveddataframestar()"';

const ambiguousColumn = (name: string) => new AnalysisError("AMBIGUOUS_COLUMN_REFERENCE", { name });

/** A column of a data frame that is no part of the plan. */
export const strangeColumn = (written: UnresolvedAttribute | UnresolvedStar) =>
  new AnalysisError("CANNOT_RESOLVE_DATAFRAME_COLUMN", { name: written.kind === "unresolvedStar" ? STAR : sqlExpr(written) });
