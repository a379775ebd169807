import { commonTypeOf } from "../analyzer/common-type.ts";
import { castTo } from "../analyzer/implicit-cast.ts";
import { AnalysisError } from "../errors.ts";
import { integerLiteral, stringLiteral } from "../expressions/build.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import { sqlTypeOf } from "../kernel/sql-type.ts";
import * as t from "../types/data-type.ts";
import { concatArraysSql } from "./array-set.ts";
import { bindOnce } from "./bind-once.ts";
import { scalarsOf } from "./define.ts";
import {
  any,
  type CallImplementation,
  type FunctionEntry,
  of,
  quoteText,
  raise,
  type ScalarFunction,
  type SessionSettings,
  takes,
  takesMany,
  takesUpTo,
} from "./function.ts";
import { nthPlace } from "./nth-place.ts";

/** Texts, counted in characters (code points), and binaries, counted in bytes. Source: Spark's stringExpressions.scala and UTF8String. */
const scalar = scalarsOf("string");
const text = of(t.stringType);
const int = of(t.integerType);
const textOrBytes = of(t.stringType, t.binaryType);
const same = ([type]: readonly t.DataType[]): t.DataType => type!;

const isBinary = (call: Call, index = 0): boolean => typeOf(call.args[index]!).kind === "binary";
/** SQL for texts, TypeScript for binaries, of which DuckDB has few functions. */
const either =
  (ofText: (args: readonly string[], call: Call) => string, ofBytes: (...args: never[]) => unknown): CallImplementation =>
  (args, call) =>
    isBinary(call) ? { evaluate: (values) => ofBytes(...(values as never[])) } : ofText(args, call);

/** DuckDB maps one character to one; only ASCII is alike. */
const caseMapped =
  (sqlName: "upper" | "lower") =>
  ([value]: readonly string[]): string =>
    bindOnce([value!], ([v]) => `(CASE WHEN strlen(${v}) = length(${v}) THEN ${sqlName}(${v}) ELSE firecrest_${sqlName}(${v}) END)`);

/** Blanks only, unless characters are given: before the text in trim(characters, text), behind it in btrim(text, characters). */
const trimmed = (names: string, doc: string, sqlName: string, charactersFirst: boolean): ScalarFunction =>
  scalar(names, doc, takesUpTo(1, text, text), t.stringType, ([first, second]) => {
    if (second === undefined) return `${sqlName}(${first}, ' ')`;
    return charactersFirst ? `${sqlName}(${second}, ${first})` : `${sqlName}(${first}, ${second})`;
  });

/** Spark's position 0 is 1; one before the start takes its length from there. */
function substringSql([value, position, length]: readonly string[], call: Call): string {
  const start = call.args[1]!;
  const positive = start.kind === "literal" && Number(start.value) > 0;
  if (positive)
    return length === undefined
      ? `substring(${value}, ${position})`
      : `substring(${value}, ${position}, ${atLeastZero(length, call.args[2]!)})`;
  return bindOnce([value!, position!], ([v, p]) => {
    const from = `(CASE WHEN ${p} < 0 THEN length(${v}) + CAST(${p} AS BIGINT) + 1 WHEN ${p} = 0 THEN 1 ELSE ${p} END)`;
    if (length === undefined) return `(CASE WHEN ${p} IS NOT NULL THEN substring(${v}, greatest(${from}, 1)) END)`;
    return bindOnce(
      [from, `CAST(${length} AS BIGINT)`],
      ([f, n]) =>
        `(CASE WHEN ${n} IS NOT NULL AND ${f} IS NOT NULL THEN substring(${v}, greatest(${f}, 1), greatest(0, ${n} + least(${f} - 1, 0))) END)`,
    );
  });
}

const atLeastZero = (length: string, expression: Expression): string =>
  expression.kind === "literal" && Number(expression.value) >= 0 && expression.value !== null
    ? length
    : `(CASE WHEN ${length} < 0 THEN 0 ELSE ${length} END)`;

function substringOfBytes(bytes: Uint8Array, position: number, length = Number.MAX_SAFE_INTEGER): Uint8Array {
  const start = position > 0 ? position - 1 : position < 0 ? bytes.length + position : 0;
  return bytes.subarray(Math.max(0, start), Math.max(0, start + length));
}

const pad = (name: "lpad" | "rpad", doc: string): ScalarFunction =>
  scalar(
    name,
    doc,
    takesUpTo(1, textOrBytes, int, textOrBytes),
    same,
    either(
      (args) =>
        bindOnce(
          args,
          ([v, n, p]) =>
            `(CASE WHEN ${n} <= 0 AND ${v} IS NOT NULL AND ${p} IS NOT NULL THEN '' WHEN ${p} = '' THEN left(${v}, ${n}) ELSE ${name}(${v}, ${n}, ${p}) END)`,
        ),
      (bytes: Uint8Array, length: number, padding: Uint8Array) => padBytes(bytes, length, padding, name),
    ),
    {
      check: ([value, length, given], session) => {
        const bytes = isBytes(value!) && !session.padsTexts;
        const padding = given ?? (bytes ? { kind: "literal", value: new Uint8Array(1), type: t.binaryType } : stringLiteral(" "));
        if (isBytes(padding) ? bytes : !isBytes(value!)) return [value!, length!, padding];
        return [castTo(value!, t.stringType, session), length!, castTo(padding, t.stringType, session)];
      },
    },
  );

const isBytes = (e: Expression): boolean => typeOf(e).kind === "binary";

function padBytes(bytes: Uint8Array, length: number, padding: Uint8Array, side: "lpad" | "rpad"): Uint8Array {
  const missing = length - bytes.length;
  if (missing <= 0 || padding.length === 0) return bytes.subarray(0, Math.max(0, Math.min(length, bytes.length)));
  const filling = Uint8Array.from({ length: missing }, (_, i) => padding[i % padding.length]!);
  return side === "lpad" ? Buffer.concat([filling, bytes]) : Buffer.concat([bytes, filling]);
}

const search = (names: string, doc: string, sqlName: string, ofBytes: (bytes: Buffer, part: Buffer) => boolean): ScalarFunction =>
  scalar(
    names,
    doc,
    takes(textOrBytes, textOrBytes),
    t.booleanType,
    either(
      ([v, part]) => `${sqlName}(${v}, ${part})`,
      (bytes: Uint8Array, part: Uint8Array) => ofBytes(Buffer.from(bytes), Buffer.from(part)),
    ),
    {
      check: ([value, part], session) =>
        isSameKind(value!, part!) ? [value!, part!] : [castTo(value!, t.stringType, session), castTo(part!, t.stringType, session)],
    },
  );

const isSameKind = (a: Expression, b: Expression): boolean => typeOf(a).kind === typeOf(b).kind;

/** concat takes texts, binaries or arrays; anything else becomes text. */
function concatArguments(args: readonly Expression[], session: SessionSettings): readonly Expression[] {
  const types = args.map(typeOf);
  if (types.some((type) => type.kind === "array")) {
    const type = commonTypeOf(types, session);
    if (type?.kind === "array") return args.map((arg) => castTo(arg, type, session));
    throw new AnalysisError("DATATYPE_MISMATCH.DATA_DIFF_TYPES", {
      sqlExpr: `"concat(${args.map((arg) => prettyName(arg)).join(", ")})"`,
      functionName: "`concat`",
      dataType: `(${types.map((type) => `"${typeSql(type)}"`).join(" or ")})`,
    });
  }
  return types.length > 0 && types.every((type) => type.kind === "binary") && !session.concatsTexts
    ? args
    : args.map((arg) => castTo(arg, t.stringType, session));
}

/** DuckDB gives a constant NULL of `||` no type; of anything else the cast does nothing. */
function concatSql(args: readonly string[], call: Call): string {
  if (call.type.kind === "array") return concatArraysSql(args, call.type);
  return args.length === 0 ? "''" : args.length === 1 ? args[0]! : `CAST((${args.join(" || ")}) AS ${sqlTypeOf(call.type)})`;
}

/** Texts and arrays of texts; all else becomes text. */
const joinedArguments = (args: readonly Expression[], session: SessionSettings): readonly Expression[] =>
  args.map((arg, i) => castTo(arg, i > 0 && typeOf(arg).kind === "array" ? t.arrayType(t.stringType) : t.stringType, session));

function concatWs([separator, ...parts]: readonly string[], call: Call): string {
  const isArray = call.args.slice(1).map((arg) => typeOf(arg).kind === "array");
  if (parts.length === 0) return `(CASE WHEN ${separator} IS NOT NULL THEN '' END)`;
  if (!isArray.includes(true)) return `concat_ws(${separator}, ${parts.join(", ")})`;
  const lists = parts.map((part, i) => (isArray[i] ? `coalesce(${part}, [])` : `[${part}]`));
  return bindOnce(
    [separator!],
    ([s]) => `(CASE WHEN ${s} IS NOT NULL THEN coalesce(array_to_string(list_concat(${lists.join(", ")}), ${s}), '') END)`,
  );
}

/** From a position on, counted from 1; 0 for none, and for a NULL position. */
const locate = ([part, value, from]: readonly string[]): string => {
  if (from === undefined) return `CAST(instr(${value}, ${part}) AS INTEGER)`;
  return bindOnce([part!, value!, from], ([p, v, f]) => {
    const found = `instr(substring(${v}, ${f}), ${p})`;
    return `CAST(CASE WHEN ${p} IS NULL OR ${v} IS NULL THEN NULL WHEN ${f} IS NULL OR ${f} < 1 OR ${f} > length(${v}) + 1 OR ${found} = 0 THEN 0 ELSE ${found} + ${f} - 1 END AS INTEGER)`;
  });
};

const splitPart = (args: readonly string[]): string =>
  bindOnce(
    args,
    ([v, d, n]) =>
      `(CASE WHEN ${n} = 0 THEN ${raise("INVALID_INDEX_OF_ZERO")} WHEN ${d} = '' THEN CASE WHEN abs(${n}) = 1 THEN ${v} WHEN ${v} IS NOT NULL THEN '' END ELSE split_part(${v}, ${d}, ${n}) END)`,
  );

function overlay(args: readonly string[]): string {
  return bindOnce(args, ([v, r, p, n]) => {
    const length = n === undefined ? `length(${r})` : `(CASE WHEN ${n} < 0 THEN length(${r}) ELSE ${n} END)`;
    return `(left(${v}, greatest(0, ${p} - 1)) || ${r} || substring(${v}, greatest(1, ${p} + ${length})))`;
  });
}

function overlayBytes(bytes: Uint8Array, replacement: Uint8Array, position: number, length = -1): Uint8Array {
  const end = position - 1 + (length < 0 ? replacement.length : length);
  return Buffer.concat([bytes.subarray(0, Math.max(0, position - 1)), replacement, bytes.subarray(Math.max(0, end))]);
}

/** The n-th of the others; out of range an error in ANSI sessions, else NULL. */
function elt([n, ...values]: readonly string[], _call: Call, { ansi }: SessionSettings): string {
  return bindOnce([n!], ([i]) => {
    const failure = raise("INVALID_ARRAY_INDEX", {
      indexValue: i!,
      arraySize: String(values.length),
    });
    const otherwise = ansi ? ` WHEN ${i} IS NOT NULL THEN ${failure}` : "";
    return `(CASE ${values.map((value, k) => `WHEN ${i} = ${k + 1} THEN ${value}`).join(" ")}${otherwise} END)`;
  });
}

/** A pattern without an escape is DuckDB's own LIKE, which its optimizer turns into a search for a prefix or a part. */
const like =
  (operator: "LIKE" | "ILIKE") =>
  ([value, pattern]: readonly string[], call: Call): string => {
    const [, shown, mark] = call.args;
    const character = mark?.kind === "literal" ? String(mark.value) : "\\";
    const plain = shown?.kind === "literal" && typeof shown.value === "string" && !shown.value.includes(character);
    return plain ? `(${value} ${operator} ${pattern})` : `(${value} ${operator} ${pattern} ESCAPE ${quoteText(character)})`;
  };

/** An escape stands before `_`, `%` or itself. */
function checkedPattern(args: readonly Expression[]): readonly Expression[] {
  const [, pattern, mark] = args;
  const character = mark?.kind === "literal" ? String(mark.value) : "\\";
  if (pattern?.kind !== "literal" || typeof pattern.value !== "string") return args;
  for (let i = 0; i < pattern.value.length; i++) {
    if (pattern.value[i] !== character) continue;
    const next = pattern.value[++i];
    if (next === undefined) throw new AnalysisError("INVALID_FORMAT.ESC_AT_THE_END", { format: `'${pattern.value}'` });
    if (next !== "_" && next !== "%" && next !== character) {
      throw new AnalysisError("INVALID_FORMAT.ESC_IN_THE_MIDDLE", { format: `'${pattern.value}'`, char: `'${next}'` });
    }
  }
  return args;
}

const title = (value: string): string =>
  value.toLowerCase().replace(/(^| )([^ ])/gu, (_, blank: string, first: string) => blank + first.toUpperCase());

/** Latin-1, of the low 8 bits; negative numbers have none. */
const character = ([n]: readonly string[]): string =>
  bindOnce([n!], ([v]) => `(CASE WHEN ${v} < 0 THEN '' ELSE chr(CAST(${v} & 255 AS INTEGER)) END)`);

/** Before the n-th delimiter from the left, or behind it from the right where n is negative. */
function substringIndex(value: string, delimiter: string, count: number): string {
  if (delimiter === "" || count === 0) return "";
  let at = count > 0 ? -delimiter.length : value.length;
  for (let n = Math.abs(count); n > 0; n--) {
    const from = count > 0 ? at + (at < 0 ? delimiter.length : 1) : at - 1;
    at = count > 0 ? value.indexOf(delimiter, from) : from < 0 ? -1 : value.lastIndexOf(delimiter, from);
    if (at < 0) return value;
  }
  return count > 0 ? value.slice(0, at) : value.slice(at + delimiter.length);
}

const findInSet = (value: string, list: string): number => (value.includes(",") ? 0 : list.split(",").indexOf(value) + 1);

export const stringFunctions: readonly FunctionEntry[] = [
  scalar("upper ucase", "Returns the text in upper case.", takes(text), t.stringType, caseMapped("upper")),
  scalar("lower lcase", "Returns the text in lower case.", takes(text), t.stringType, caseMapped("lower")),
  scalar("initcap", "Returns the text with every word's first letter in upper case, the others in lower case.", takes(text), t.stringType, {
    evaluate: ([v]) => title(v as string),
  }),
  scalar(
    "length len char_length character_length",
    "Returns how many characters a text, or bytes a binary has.",
    takes(textOrBytes),
    t.integerType,
    ([v], call) => `CAST(${isBinary(call) ? "octet_length" : "length"}(${v}) AS INTEGER)`,
  ),
  scalar(
    "octet_length",
    "Returns how many bytes a text has in UTF-8, or a binary.",
    takes(textOrBytes),
    t.integerType,
    ([v], call) => `CAST(${isBinary(call) ? "octet_length" : "strlen"}(${v}) AS INTEGER)`,
  ),
  scalar(
    "bit_length",
    "Returns how many bits a text has in UTF-8, or a binary.",
    takes(textOrBytes),
    t.integerType,
    ([v], call) => `CAST(8 * ${isBinary(call) ? "octet_length" : "strlen"}(${v}) AS INTEGER)`,
  ),
  trimmed("trim", "Returns the text without blanks, or other characters, at both ends.", "trim", true),
  trimmed("ltrim", "Returns the text without blanks, or other characters, at its start.", "ltrim", true),
  trimmed("rtrim", "Returns the text without blanks, or other characters, at its end.", "rtrim", true),
  trimmed("btrim", "Returns the text without blanks, or other characters, at both ends.", "trim", false),
  scalar(
    "concat ||",
    "Returns the texts, binaries or arrays one behind the other.",
    takesMany(0, any),
    ([type]) => type ?? t.stringType,
    concatSql,
    { check: concatArguments },
  ),
  scalar(
    "concat_ws",
    "Returns the texts, and those of the arrays, with a separator between them, skipping NULLs.",
    takesMany(0, text, any),
    t.stringType,
    concatWs,
    {
      check: joinedArguments,
      nullable: ([separator]) => isNullable(separator!),
    },
  ),
  scalar(
    "substring substr",
    "Returns the part of a text or binary from a position, counted from 1 or from the end where negative, and of a length.",
    takesUpTo(1, textOrBytes, int, int),
    same,
    either(substringSql, substringOfBytes),
  ),
  scalar(
    "left",
    "Returns the first characters.",
    takes(textOrBytes, int),
    same,
    either(
      ([v, n]) => bindOnce([n!], ([count]) => `left(${v}, CASE WHEN ${count} < 0 THEN 0 ELSE ${count} END)`),
      (bytes: Uint8Array, n: number) => bytes.subarray(0, Math.max(0, n)),
    ),
  ),
  scalar("right", "Returns the last characters.", takes(text, int), t.stringType, ([v, n]) =>
    bindOnce([n!], ([count]) => `right(${v}, CASE WHEN ${count} < 0 THEN 0 ELSE ${count} END)`),
  ),
  pad("lpad", "Returns the text or binary with padding at its start, or cut, to a length."),
  pad("rpad", "Returns the text or binary with padding at its end, or cut, to a length."),
  scalar("repeat", "Returns the text several times.", takes(text, int), t.stringType, ([v, n]) => `repeat(${v}, ${n})`),
  scalar("space", "Returns so many blanks.", takes(int), t.stringType, ([n]) => `repeat(' ', ${n})`),
  scalar(
    "reverse",
    "Returns the text, or the array, in the opposite order.",
    takes(any),
    same,
    ([v], call) => {
      if (call.type.kind === "array") return `list_reverse(${v})`;
      return bindOnce([v!], ([s]) => `(CASE WHEN strlen(${s}) = length(${s}) THEN reverse(${s}) ELSE firecrest_reverse(${s}) END)`);
    },
    { check: ([value], session) => [typeOf(value!).kind === "array" ? value! : castTo(value!, t.stringType, session)] },
  ),
  scalar(
    "replace",
    "Returns the text with every occurrence of another one replaced, or left out.",
    takesUpTo(1, text, text, text),
    t.stringType,
    ([v, part, by]) => `replace(${v}, ${part}, ${by ?? "''"})`,
  ),
  scalar(
    "translate",
    "Returns the text with characters replaced by those at the same place of another text, or left out.",
    takes(text, text, text),
    t.stringType,
    ([v, from, to]) => `translate(${v}, ${from}, ${to})`,
  ),
  scalar(
    "instr",
    "Returns where a part first stands in a text, counted from 1, 0 if it does not; or, from a place on (backwards where that is negative), its n-th time.",
    takesUpTo(2, text, text, int, int),
    t.integerType,
    ([v, part], call) => (call.args.length === 2 ? `CAST(instr(${v}, ${part}) AS INTEGER)` : { evaluate: nthPlace }),
    { check: (args) => (args.length === 3 ? [...args, integerLiteral(1)] : args) },
  ),
  scalar(
    "locate position charindex",
    "Returns where a part first stands in a text from a position on, counted from 1, 0 if it does not.",
    takesUpTo(1, text, text, int),
    t.integerType,
    locate,
    {
      nullable: (args) => args.slice(0, 2).some(isNullable),
    },
  ),
  search("contains", "Returns true if the second text or binary stands in the first.", "contains", (bytes, part) => bytes.includes(part)),
  search("startswith", "Returns true if the first text or binary begins with the second.", "starts_with", (bytes, part) =>
    bytes.subarray(0, part.length).equals(part),
  ),
  search(
    "endswith",
    "Returns true if the first text or binary ends with the second.",
    "ends_with",
    (bytes, part) => part.length <= bytes.length && bytes.subarray(bytes.length - part.length).equals(part),
  ),
  scalar(
    "like",
    "Returns true if the text is as a pattern with % and _ says.",
    takesUpTo(1, text, text, text),
    t.booleanType,
    like("LIKE"),
    { check: checkedPattern },
  ),
  scalar(
    "ilike",
    "Returns true if the text is as a pattern with % and _ says, in any case.",
    takesUpTo(1, text, text, text),
    t.booleanType,
    like("ILIKE"),
    { check: checkedPattern },
  ),
  scalar(
    "split_part",
    "Returns the n-th part of a text between delimiters, from the end where n is negative.",
    takes(text, text, int),
    t.stringType,
    splitPart,
  ),
  scalar(
    "substring_index",
    "Returns the text before the n-th delimiter, or behind the n-th from the end where n is negative.",
    takes(text, text, int),
    t.stringType,
    {
      evaluate: ([v, d, n]) => substringIndex(v as string, d as string, n as number),
    },
  ),
  scalar(
    "find_in_set",
    "Returns the place, counted from 1, of a text in a list divided by commas, 0 if it is not there.",
    takes(text, text),
    t.integerType,
    { evaluate: ([v, list]) => findInSet(v as string, list as string) },
  ),
  scalar(
    "overlay",
    "Returns the text or binary with a part of it replaced.",
    takesUpTo(1, textOrBytes, textOrBytes, int, int),
    same,
    either(overlay, overlayBytes),
  ),
  scalar("elt", "Returns the n-th of the arguments behind n.", takesMany(1, int, any), (types) => types[1]!, elt, {
    nullable: true,
    check: ([n, ...values], session) => {
      const bytes = values.every(isBytes) && !session.choosesTexts;
      return [n!, ...values.map((value) => (bytes ? value : castTo(value, t.stringType, session)))];
    },
  }),
  scalar("ascii", "Returns the code of the first character.", takes(text), t.integerType, ([v]) => `ascii(${v})`),
  scalar("chr char", "Returns the character of a code, of its low 8 bits.", takes(of(t.longType)), t.stringType, character),
  scalar(
    "quote",
    "Returns the text in single quotes, with those in it escaped.",
    takes(text),
    t.stringType,
    ([v]) => `CAST('''' || replace(replace(${v}, '\\', '\\\\'), '''', '\\''') || '''' AS VARCHAR)`,
  ),
];
