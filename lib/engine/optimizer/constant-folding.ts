import { fold } from "../expressions/fold.ts";
import { expressionRule } from "./expression-rule.ts";
import type { Rule } from "./rule.ts";

/** Works out what does not hang on a row; expressions/fold.ts says which expressions. */
export const constantFolding: Rule = expressionRule("ConstantFolding", fold);
