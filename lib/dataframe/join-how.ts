import { AnalysisError } from "../engine/errors.ts";
import type { JoinType } from "../engine/logical/plan.ts";
import type { JoinHow, LateralHow } from "./row.ts";

const JOIN_TYPES: Readonly<Record<JoinHow, JoinType>> = {
  inner: "inner",
  cross: "cross",
  outer: "full",
  full: "full",
  fullouter: "full",
  full_outer: "full",
  left: "left",
  leftouter: "left",
  left_outer: "left",
  right: "right",
  rightouter: "right",
  right_outer: "right",
  semi: "leftSemi",
  leftsemi: "leftSemi",
  left_semi: "leftSemi",
  anti: "leftAnti",
  leftanti: "leftAnti",
  left_anti: "leftAnti",
};

/** The join type of Spark's name for it, in any case. */
export function joinTypeOf(how: string): JoinType {
  const name = how.toLowerCase();
  if (Object.hasOwn(JOIN_TYPES, name)) return JOIN_TYPES[name as JoinHow];
  const supported = Object.keys(JOIN_TYPES).map((known) => `'${known}'`);
  throw new AnalysisError("UNSUPPORTED_JOIN_TYPE", { typ: how, supported: supported.join(", ") });
}

const LATERAL: readonly LateralHow[] = ["inner", "leftouter", "left", "left_outer", "cross"];

/** The same for lateral joins, which keep no unmatched rows of the right side. */
export function lateralTypeOf(how: string): JoinType {
  const name = how.toLowerCase() as LateralHow;
  if (LATERAL.includes(name)) return JOIN_TYPES[name];
  throw new AnalysisError("UNSUPPORTED_JOIN_TYPE", { typ: how, supported: LATERAL.map((known) => `'${known}'`).join(", ") });
}
