import { quoteName, type SessionSettings } from "../functions/function.ts";
import { fragmentSql } from "../kernel/fragment.ts";
import { columnName } from "../kernel/names.ts";
import { outputOf } from "../planner/output.ts";
import type { PhysicalPlan } from "../planner/plan.ts";
import { withoutNeedlessTests } from "./needless-not-null.ts";
import type { Stage } from "./stage.ts";

/** The statement that a stage's tasks run, each leaf standing as a table named for what it is. */
export function describeStage(stage: Stage, session: SessionSettings): string {
  return fragmentSql(withoutNeedlessTests(stage.fragment, session), { session, functions: new Map(), leaf });
}

function leaf(plan: PhysicalPlan): string {
  const columns = outputOf(plan).map(columnName);
  return `SELECT ${columns.length > 0 ? columns.join(", ") : "1"} FROM ${quoteName(nameOf(plan))}`;
}

function nameOf(plan: PhysicalPlan): string {
  if (plan.kind === "scan") return plan.scan.rootPaths.join(", ");
  if (plan.kind === "shuffleRead" || plan.kind === "broadcastRead") return `stage ${plan.stage}`;
  return plan.kind;
}
