import { ExecutionError } from "../errors.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import * as t from "../types/data-type.ts";
import { bindOnce, freeName } from "./bind-once.ts";
import { valueOutOfRange } from "./constant.ts";
import { scalarsOf } from "./define.ts";
import { type CallImplementation, type FunctionEntry, type JavaScriptImplementation, of, quoteText, takes, takesUpTo } from "./function.ts";
import { compileRegex, type Translated, translateRegex } from "./java-regex.ts";

/** Regular expressions in Java's dialect: DuckDB where the plan shows a pattern that RE2 has, else JavaScript. Source: Spark's regexpExpressions.scala. */
const scalar = scalarsOf("string");
const text = of(t.stringType);
const int = of(t.integerType);
const strings = t.arrayType(t.stringType, false);

const literalText = (expression: Expression | undefined): string | undefined =>
  expression?.kind === "literal" && typeof expression.value === "string" ? expression.value : undefined;
const literalInt = (expression: Expression | undefined, otherwise: number): number | undefined =>
  expression === undefined
    ? otherwise
    : expression.kind === "literal" && typeof expression.value === "number"
      ? expression.value
      : undefined;

/** The pattern for DuckDB, where it means the same to it; searches may be anchored at the end or match nothing. */
function re2Of(call: Call, use: "search" | "matches"): { readonly sql: string; readonly translated: Translated } | undefined {
  const pattern = literalText(call.args[1]);
  if (pattern === undefined) return undefined;
  const translated = translateRegex(pattern, call.name);
  const usable =
    translated.re2 !== undefined &&
    !translated.re2.includes("\0") &&
    (use === "search" || (translated.nonEmpty && !translated.endAnchored));
  return usable ? { sql: quoteText(translated.re2!), translated } : undefined;
}

/** All matches from an index of UTF-16 units on. */
function* matches(value: string, pattern: string, name: string, from = 0): Generator<RegExpExecArray> {
  const regex = compileRegex(pattern, name);
  regex.lastIndex = from;
  for (let match = regex.exec(value); match; match = regex.exec(value)) {
    if (match[0] === "") regex.lastIndex += (value.codePointAt(match.index) ?? 0) > 0xffff ? 2 : 1;
    const next = regex.lastIndex;
    yield match;
    regex.lastIndex = next;
  }
}

function firstMatch(value: string, pattern: string, name: string): RegExpExecArray | null {
  const regex = compileRegex(pattern, name);
  regex.lastIndex = 0;
  return regex.exec(value);
}

const like: CallImplementation = ([value], call) => {
  const re2 = re2Of(call, "search");
  return re2
    ? `regexp_matches(${value}, ${re2.sql})`
    : { totalInFirst: true, evaluate: ([v, p]) => firstMatch(v as string, p as string, call.name) !== null };
};

function checkGroup(group: number, groups: number, name: string): void {
  if (group >= 0 && group <= groups) return;
  throw new ExecutionError("INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX", {
    parameter: "`idx`",
    functionName: `\`${name}\``,
    groupCount: String(groups),
    groupIndex: String(group),
  });
}

const extract: CallImplementation = ([value], call) => {
  const re2 = re2Of(call, "matches");
  const group = literalInt(call.args[2], 1);
  if (re2 && group !== undefined && group <= 9) {
    checkGroup(group, re2.translated.groups, call.name);
    return `regexp_extract(${value}, ${re2.sql}, ${group})`;
  }
  return {
    totalInFirst: true,
    evaluate: ([v, p, i]) => {
      const index = (i as number | undefined) ?? 1;
      checkGroup(index, translateRegex(p as string, call.name).groups, call.name);
      return firstMatch(v as string, p as string, call.name)?.[index] ?? "";
    },
  };
};

const extractAll: CallImplementation = ([value], call) => {
  const re2 = re2Of(call, "matches");
  const group = literalInt(call.args[2], 1);
  if (re2 && group !== undefined && group <= 9) {
    checkGroup(group, re2.translated.groups, call.name);
    const x = freeName([value!], "g");
    return `list_transform(regexp_extract_all(${value}, ${re2.sql}, ${group}), lambda ${x}: coalesce(${x}, ''))`;
  }
  return {
    totalInFirst: true,
    evaluate: ([v, p, i]) => {
      const index = (i as number | undefined) ?? 1;
      checkGroup(index, translateRegex(p as string, call.name).groups, call.name);
      return [...matches(v as string, p as string, call.name)].map((match) => match[index] ?? "");
    },
  };
};

/** Java's replacement text as literal parts and group numbers: `$n` is a group, `\x` is x. */
function replacementParts(replacement: string, groups: number): readonly (string | number)[] {
  const parts: (string | number)[] = [];
  for (let i = 0; i < replacement.length; i++) {
    const c = replacement[i]!;
    const digit = c === "$" ? /^\d/.exec(replacement.slice(i + 1))?.[0] : undefined;
    if (c === "$" && digit === undefined)
      throw new ExecutionError("INVALID_PARAMETER_VALUE.PATTERN", {
        parameter: "`rep`",
        functionName: "`regexp_replace`",
        value: `'${replacement}'`,
      });
    if (digit === undefined) {
      parts.push(c === "\\" ? (replacement[++i] ?? "") : c);
      continue;
    }
    let group = Number(digit);
    i++;
    for (
      let next = Number(`${group}${replacement[i + 1]}`);
      /\d/.test(replacement[i + 1] ?? "") && next <= groups;
      next = Number(`${group}${replacement[i + 1]}`)
    ) {
      group = next;
      i++;
    }
    checkGroup(group, groups, "regexp_replace");
    parts.push(group);
  }
  return parts;
}

const re2Replacement = (parts: readonly (string | number)[]): string | undefined =>
  parts.some((part) => typeof part === "number" && part > 9)
    ? undefined
    : parts.map((part) => (typeof part === "number" ? `\\${part}` : part === "\\" ? "\\\\" : part)).join("");

const replace: CallImplementation = ([value], call) => {
  const re2 = re2Of(call, "matches");
  const replacement = literalText(call.args[2]);
  const sql = re2 && replacement !== undefined ? re2Replacement(replacementParts(replacement, re2.translated.groups)) : undefined;
  if (re2 && sql !== undefined && literalInt(call.args[3], 1) === 1) return `regexp_replace(${value}, ${re2.sql}, ${quoteText(sql)}, 'g')`;
  return {
    totalInFirst: true,
    evaluate: ([v, p, r, position]) => replaceAll(v as string, p as string, r as string, (position as number | undefined) ?? 1),
  };
};

/** A constant position is at least 1. */
function fromFirst(args: readonly Expression[]): readonly Expression[] {
  const position = args[3];
  if (position?.kind === "literal" && position.value !== null && Number(position.value) < 1)
    throw valueOutOfRange("regexp_replace", args, "position", "(0, 2147483647]", String(position.value));
  return args;
}

function replaceAll(value: string, pattern: string, replacement: string, position: number): string {
  const parts = replacementParts(replacement, translateRegex(pattern, "regexp_replace").groups);
  let [result, end] = ["", 0];
  for (const match of matches(value, pattern, "regexp_replace", unitsBefore(value, position))) {
    result += value.slice(end, match.index) + parts.map((part) => (typeof part === "number" ? (match[part] ?? "") : part)).join("");
    end = match.index + match[0].length;
  }
  return result + value.slice(end);
}

/** UTF-16 units before a character, counted from 1. Beyond the end there is nothing to match. */
function unitsBefore(value: string, position: number): number {
  const before = [...value].slice(0, position - 1);
  return before.length < position - 1 ? value.length + 1 : before.join("").length;
}

/** At most `limit` parts where it is above 0; an empty pattern divides characters. Source: Spark's UTF8String.split. */
function split(value: string, pattern: string, limit: number): string[] {
  if (pattern === "" && value !== "") {
    const characters = [...value];
    const count = limit > 0 && limit < characters.length ? limit : characters.length;
    return [...characters.slice(0, count - 1), characters.slice(count - 1).join("")];
  }
  const parts: string[] = [];
  let end = 0;
  if (pattern === "" || value === "") return [value];
  for (const match of matches(value, pattern, "split")) {
    if (limit > 0 && parts.length === limit - 1) break;
    if (match[0] === "" && match.index === 0) continue;
    parts.push(value.slice(end, match.index));
    end = match.index + match[0].length;
  }
  return [...parts, value.slice(end)];
}

const META = /[\\^$.|?*+()[\]{}]/;

const splitCall: CallImplementation = ([value], call) => {
  const pattern = literalText(call.args[1]);
  const plain = pattern === undefined ? undefined : plainText(pattern);
  const limit = literalInt(call.args[2], -1);
  if (plain && limit !== undefined && limit <= 0) return `string_split(${value}, ${quoteText(plain)})`;
  return { totalInFirst: true, evaluate: ([v, p, n]) => split(v as string, p as string, (n as number | undefined) ?? -1) };
};

/** The text that a pattern of no special characters stands for: `,`, `\.`, `[|]`. */
function plainText(pattern: string): string | undefined {
  const plain = pattern.replace(
    /\\([^a-zA-Z0-9])|\[([^\\^[\]])\]/g,
    (_, escaped: string | undefined, single: string | undefined) => `\0${escaped ?? single}`,
  );
  const unescaped = plain.replace(/\0[\s\S]/g, "");
  return META.test(unescaped) || pattern.includes("\0") ? undefined : plain.replaceAll("\0", "");
}

const withPattern = (evaluate: (value: string, pattern: string, name: string) => unknown, name: string): JavaScriptImplementation => ({
  totalInFirst: true,
  evaluate: ([v, p]) => evaluate(v as string, p as string, name),
});

/** 1-based, in characters; 0 for none. */
const indexOfMatch = (value: string, pattern: string, name: string): number => {
  const match = firstMatch(value, pattern, name);
  return match ? [...value.slice(0, match.index)].length + 1 : 0;
};

const count: CallImplementation = ([value], call) => {
  const re2 = re2Of(call, "matches");
  return re2
    ? `CAST(len(regexp_extract_all(${value}, ${re2.sql})) AS INTEGER)`
    : withPattern((v, p, name) => [...matches(v, p, name)].length, call.name);
};

const substring: CallImplementation = ([value], call) => {
  const re2 = re2Of(call, "matches");
  if (!re2) return withPattern((v, p, name) => firstMatch(v, p, name)?.[0] ?? null, call.name);
  return bindOnce([value!], ([v]) => `nullif(regexp_extract(${v}, ${re2.sql}), '')`);
};

export const regexFunctions: readonly FunctionEntry[] = [
  scalar(
    "rlike regexp regexp_like",
    "Returns true if a regular expression matches somewhere in the text.",
    takes(text, text),
    t.booleanType,
    like,
  ),
  scalar(
    "regexp_extract",
    "Returns a group (1 if none is given) of the first match of a regular expression, an empty text if there is none.",
    takesUpTo(1, text, text, int),
    t.stringType,
    extract,
  ),
  scalar(
    "regexp_extract_all",
    "Returns a group (1 if none is given) of every match of a regular expression.",
    takesUpTo(1, text, text, int),
    t.arrayType(t.stringType),
    extractAll,
  ),
  scalar(
    "regexp_replace",
    "Returns the text with every match of a regular expression, from a position on, replaced.",
    takesUpTo(1, text, text, text, int),
    t.stringType,
    replace,
    { check: fromFirst },
  ),
  scalar("regexp_count", "Returns how often a regular expression matches.", takes(text, text), t.integerType, count),
  scalar(
    "regexp_substr",
    "Returns the first match of a regular expression, NULL if there is none.",
    takes(text, text),
    t.stringType,
    substring,
    { nullable: true },
  ),
  scalar(
    "regexp_instr",
    "Returns where a regular expression first matches, counted from 1, 0 if it does not.",
    takesUpTo(1, text, text, int),
    t.integerType,
    {
      totalInFirst: true,
      evaluate: ([v, p]) => indexOfMatch(v as string, p as string, "regexp_instr"),
    },
  ),
  scalar(
    "split",
    "Returns the parts of a text between the matches of a regular expression, at most a number of them.",
    takesUpTo(1, text, text, int),
    strings,
    splitCall,
  ),
];
