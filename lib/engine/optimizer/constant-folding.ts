import { fold } from "../expressions/fold.ts";
import { transformExpressions } from "../logical/traverse.ts";
import type { Rule } from "./rule.ts";

/** Works out what does not hang on a row; expressions/fold.ts says which expressions. */
export const constantFolding: Rule = { name: "ConstantFolding", apply: (plan) => transformExpressions(plan, fold) };
