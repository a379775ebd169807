import { fn, stringLiteral } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { dateUnits } from "../parser/function-call.ts";
import type * as s from "../syntax/expression.ts";

/** Functions that take a unit as a word before two values. Source: Spark's SqlBaseParser.g4, #timestampadd and #timestampdiff. */
const CALLED: Readonly<Record<string, string>> = {
  TIMESTAMPADD: "timestampadd",
  DATEADD: "timestampadd",
  DATE_ADD: "timestampadd",
  TIMESTAMPDIFF: "timestampdiff",
  DATEDIFF: "timestampdiff",
  DATE_DIFF: "timestampdiff",
  TIMEDIFF: "timestampdiff",
};

/** `DATEADD(DAY, 1, d)`; undefined for any other call. */
export function callWithUnit(call: s.FunctionCall, lower: (argument: s.Expression) => Expression): Expression | undefined {
  const [unit, amount, moment] = call.args;
  const [name, ...qualified] = call.name.kind === "name" ? call.name.parts : [];
  if (!name || name.quoted || qualified.length > 0 || !moment || call.args.length !== 3 || call.distinct) return undefined;
  const called = Object.hasOwn(CALLED, name.name.toUpperCase()) ? CALLED[name.name.toUpperCase()] : undefined;
  const word = unit && unitWord(unit);
  return called && word ? fn(called, stringLiteral(word), lower(amount!), lower(moment)) : undefined;
}

/** Names that are functions with a unit and nothing else. */
const WITH_UNIT_ONLY: ReadonlySet<string> = new Set(["TIMESTAMPADD", "TIMESTAMPDIFF", "TIMEDIFF"]);

export const needsUnit = ({ name }: s.FunctionCall): boolean =>
  name.kind === "name" && name.parts.length === 1 && WITH_UNIT_ONLY.has(name.parts[0]!.name.toUpperCase());

function unitWord(argument: s.Expression): string | undefined {
  if (argument.kind !== "column" || argument.name.kind !== "name" || argument.name.parts.length !== 1) return undefined;
  const [part] = argument.name.parts;
  const word = part!.name.toUpperCase();
  return !part!.quoted && dateUnits.has(word) ? word : undefined;
}
