import { literal, call as resolvedCall } from "../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import { booleanType, dateType } from "../../../lib/engine/types/data-type.ts";
import { LocalDate } from "../../../lib/engine/types/values.ts";

export { doubleLiteral, integerLiteral, longLiteral, nullLiteral, stringLiteral } from "../../../lib/engine/expressions/build.ts";
export const call = (name: string, ...args: Expression[]): Expression => resolvedCall(name, args, booleanType, true);
export const dateLiteral = (text: string): Expression => literal(LocalDate.parse(text), dateType);
