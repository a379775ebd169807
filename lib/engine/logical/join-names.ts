import type { Join } from "./plan.ts";

/** As messages name types of joins. Source: Spark's JoinType.sql. */
export const joinNames: Readonly<Record<Join["type"], string>> = {
  inner: "INNER",
  cross: "CROSS",
  left: "LEFT OUTER",
  right: "RIGHT OUTER",
  full: "FULL OUTER",
  leftSemi: "LEFT SEMI",
  leftAnti: "LEFT ANTI",
  existence: "EXISTENCE",
};
