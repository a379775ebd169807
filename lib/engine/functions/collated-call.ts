import { AnalysisError } from "../errors.ts";
import type { Call } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import { type Collation, collationNamed, holdsCollation, INDETERMINATE } from "../types/collation.ts";
import type * as t from "../types/data-type.ts";
import { bindOnce, freeName } from "./bind-once.ts";
import { extremeByKeys, sortedByKeys } from "./by-keys.ts";
import { keySql } from "./collation-key.ts";
import { CollatedText } from "./collation-text.ts";
import type { JavaScriptImplementation } from "./function.ts";
import { nthPlaceBy } from "./nth-place.ts";

/** What a function does to texts of a collation; the registry's implementation of it compares bytes. */

type OfTexts = (collation: Collation, args: readonly never[]) => unknown;
const trimmed =
  (side: "both" | "left" | "right", charactersFirst: boolean): OfTexts =>
  (collation, [a, b]: readonly string[]) => {
    const [characters, text] = charactersFirst ? [a!, b!] : [b!, a!];
    return new CollatedText(text, collation).trimmed(characters, side);
  };
const inText =
  (use: (text: CollatedText, ...rest: never[]) => unknown): OfTexts =>
  (collation, [text, ...rest]: readonly never[]) =>
    use(new CollatedText(text!, collation), ...(rest as never[]));
const endless = (text: string) => text.replace(/ +$/, "");

const ofTexts: Readonly<Record<string, OfTexts>> = {
  contains: inText((text, part: string) => text.find(part) !== undefined),
  startswith: inText((text, part: string) => text.startsWith(part)),
  endswith: (collation, [text, part]: readonly string[]) => {
    const cut = collation.trims ? endless : (value: string) => value;
    return new CollatedText(cut(text!), collation).endsWith(cut(part!));
  },
  instr: inText((text, part: string, start?: number, occurrence?: number) => {
    if (start === undefined) return (text.find(part)?.start ?? -1) + 1;
    return nthPlaceBy((from) => text.find(part, from)?.start, text.length, part === "", start, occurrence ?? 1);
  }),
  locate: (collation, args) => {
    const [part, text, from = 1] = args as unknown as readonly [string, string, number?];
    return from < 1 ? 0 : (new CollatedText(text, collation).find(part, from - 1)?.start ?? -1) + 1;
  },
  replace: inText((text, part: string, by = "") => text.replaced(part, by)),
  split_part: inText((text, delimiter: string, n: number) => {
    const parts = delimiter === "" ? [text.slice(0)] : text.parts(delimiter);
    return (n > 0 ? parts[n - 1] : parts.at(n)) ?? "";
  }),
  substring_index: inText((text, delimiter: string, count: number) => text.upTo(delimiter, count)),
  find_in_set: (collation, [word, list]: readonly string[]) => CollatedText.placeIn(list!, word!, collation),
  translate: inText((text, from: string, to: string) => text.translated(from, to)),
  trim: trimmed("both", true),
  ltrim: trimmed("left", true),
  rtrim: trimmed("right", true),
  btrim: trimmed("both", false),
};

type OfKeys = (args: readonly string[], call: Call) => string;

const element = (type: t.DataType): t.DataType => (type.kind === "array" ? type.elementType : type);
const elementOf = (call: Call): t.DataType => element(typeOf(call.args[0]!));

function distinctSql(list: string, type: t.DataType): string {
  return bindOnce([list, `list_transform(${list}, lambda z: ${keySql("z", type)})`], ([l, keys]) => {
    const [x, i] = [freeName([l!, keys!], "x"), freeName([l!, keys!], "i")];
    return `list_filter(${l}, lambda ${x}, ${i}: list_position(${keys}, ${keySql(x, type)}) = ${i})`;
  });
}

const setOperation =
  (keep: "IS NULL" | "IS NOT NULL"): OfKeys =>
  ([left, right], call) =>
    bindOnce([distinctSql(left!, elementOf(call)), keySql(right!, typeOf(call.args[1]!))], ([l, keys]) => {
      const x = freeName([l!, keys!], "e");
      return `(CASE WHEN ${keys} IS NOT NULL THEN list_filter(${l}, lambda ${x}: list_position(${keys}, ${keySql(x, elementOf(call))}) ${keep}) END)`;
    });

const extreme =
  (name: "list_min" | "list_max", values: (args: readonly string[]) => string): OfKeys =>
  (args, call) => {
    const type = element(typeOf(call.args[0]!));
    return extremeByKeys(name, values(args), (e) => keySql(e, type));
  };

const sorted: OfKeys = ([list, ascending = "true"], call) => {
  const keyOf = (e: string) => keySql(e, elementOf(call));
  return bindOnce(
    [list!],
    ([l]) => `(CASE WHEN ${ascending} THEN ${sortedByKeys(l!, keyOf, "ASC", "FIRST")} ELSE ${sortedByKeys(l!, keyOf, "DESC", "LAST")} END)`,
  );
};

/** Functions whose arguments' keys decide, not the arguments. */
const ofKeys: Readonly<Record<string, OfKeys>> = {
  nullif: ([l, r], call) =>
    bindOnce(
      [l!],
      ([v]) => `(CASE WHEN ${keySql(v!, typeOf(call.args[0]!))} = ${keySql(r!, typeOf(call.args[1]!))} THEN NULL ELSE ${v} END)`,
    ),
  array_distinct: ([list], call) => distinctSql(list!, elementOf(call)),
  array_union: (lists, call) => distinctSql(`(${lists.join(" || ")})`, elementOf(call)),
  array_except: setOperation("IS NULL"),
  array_intersect: setOperation("IS NOT NULL"),
  array_remove: ([list, value], call) =>
    bindOnce([list!, keySql(value!, typeOf(call.args[1]!))], ([l, key]) => {
      const x = freeName([l!, key!], "e");
      return `(CASE WHEN ${key} IS NOT NULL THEN list_filter(${l}, lambda ${x}: ${keySql(x, elementOf(call))} IS DISTINCT FROM ${key}) END)`;
    }),
  array_min: extreme("list_min", ([list]) => list!),
  array_max: extreme("list_max", ([list]) => list!),
  least: extreme("list_min", (args) => `[${args.join(", ")}]`),
  greatest: extreme("list_max", (args) => `[${args.join(", ")}]`),
  sort_array: sorted,
};

/** The implementation of a call whose arguments have a collation that its function has to mind; undefined of all others. */
export function collatedCall(args: readonly string[], call: Call): string | JavaScriptImplementation | undefined {
  const type = call.args.map(typeOf).find(holdsCollation);
  if (!type) return undefined;
  const keyed = ofKeys[call.name];
  if (keyed) return keyed(args, call);
  if (call.name === "like" && type.kind === "string") return undefined;
  const evaluate = ofTexts[call.name];
  if (type.kind === "string" && type.collation === INDETERMINATE && (evaluate || call.name === "str_to_map"))
    throw new AnalysisError("INDETERMINATE_COLLATION");
  if (!evaluate || type.kind !== "string" || type.collation === INDETERMINATE || call.args.length < 2) return undefined;
  const collation = collationNamed(type.collation!);
  return { evaluate: (values) => evaluate(collation, values as readonly never[]) };
}
