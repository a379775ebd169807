import type { Join } from "../logical/plan.ts";

/** Sides of a join of which rows without a partner are not in the result: what every pair fulfils may be tested on them beforehand. */
export const SIDES_THAT_NEED_PARTNERS: { readonly [T in Join["type"]]: readonly ("left" | "right")[] } = {
  inner: ["left", "right"],
  cross: [],
  left: ["right"],
  right: ["left"],
  full: [],
  leftSemi: ["left", "right"],
  leftAnti: ["right"],
  existence: ["right"],
};
