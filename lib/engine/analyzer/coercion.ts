import { AnalysisError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { typeOf } from "../expressions/properties.ts";
import type { FunctionEntry, Parameter, SessionSettings, Signature } from "../functions/function.ts";
import { type DataType, sameType, sameTypeIgnoringNullability } from "../types/data-type.ts";
import { commonTypeOf, widestCommonType, widestCommonTypeWithoutStrings } from "./common-type.ts";
import { castTo, parameterType } from "./implicit-cast.ts";

/** The arguments as an entry's signature takes them. Throws WRONG_NUM_ARGS and DATATYPE_MISMATCH. */
export function coerceArguments(entry: FunctionEntry, args: readonly Expression[], session: SessionSettings): readonly Expression[] {
  const parameters = parametersFor(entry, args.length);
  const coerced = args.map((arg, i) => coerceArgument(entry, args, arg, i, parameters[i]!, session));
  const commonPositions = [...args.keys()].filter((i) => parameters[i]!.accepts === "common");
  const groups = groupings[entry.names[0]]?.(args.length) ?? { common: [commonPositions], booleans: [] };
  for (const i of groups.booleans) coerced[i] = coerceArgument(entry, args, args[i]!, i, { accepts: [{ kind: "boolean" }] }, session);
  for (const group of commonPositions.length > 0 ? groups.common : []) {
    const type = commonType(entry, args, group, session);
    for (const i of group) coerced[i] = exactly(args[i]!, type, session);
  }
  return coerced;
}

/** A value of `type`, NULLs inside it as `type` has them: what holds no NULL meets here what may. */
function exactly(arg: Expression, type: DataType, session: SessionSettings): Expression {
  const value = castTo(arg, type, session);
  return sameType(typeOf(value), type) ? value : { kind: "cast", child: value, type, mode: session.ansi ? "ansi" : "legacy" };
}

/** Which `common` arguments belong together, where that is not all of them. */
const groupings: Readonly<
  Record<string, (count: number) => { readonly common: readonly number[][]; readonly booleans: readonly number[] }>
> = {
  /** Conditions and values take turns; a last one alone is ELSE. */
  when: (count) => ({
    common: [positions(count, (i) => i % 2 === 1 || (i === count - 1 && count % 2 === 1))],
    booleans: positions(count, (i) => i % 2 === 0 && i < count - 1),
  }),
  map: (count) => ({ common: [positions(count, (i) => i % 2 === 0), positions(count, (i) => i % 2 === 1)], booleans: [] }),
};

const positions = (count: number, wanted: (i: number) => boolean): number[] => [...Array(count).keys()].filter(wanted);

/** One parameter for each argument. */
function parametersFor(entry: FunctionEntry, count: number): readonly Parameter[] {
  const { parameters, optional = 0, variadicMin } = entry.signature;
  const last = parameters.at(-1);
  const least = (variadicMin === undefined ? parameters.length : parameters.length - 1 + variadicMin) - optional;
  const most = variadicMin === undefined ? parameters.length : Number.POSITIVE_INFINITY;
  if (count < least || count > most) {
    throw wrongNumberOfArguments(entry.names[0], expectedCount(entry.signature, least, most), count);
  }
  return Array.from({ length: count }, (_, i) => parameters[i] ?? last!);
}

export const wrongNumberOfArguments = (name: string, expectedNum: string, count: number): AnalysisError =>
  new AnalysisError("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", {
    functionName: `\`${name}\``,
    expectedNum,
    actualNum: String(count),
    docroot: "https://spark.apache.org/docs/latest",
  });

function expectedCount({ variadicMin }: Signature, least: number, most: number): string {
  if (variadicMin !== undefined) return `> ${least - 1}`;
  const counts = Array.from({ length: most - least + 1 }, (_, i) => String(least + i));
  return counts.length === 1 ? counts[0]! : `[${counts.join(", ")}]`;
}

function coerceArgument(
  entry: FunctionEntry,
  args: readonly Expression[],
  arg: Expression,
  index: number,
  { accepts, exact = entry.signature.exact }: Parameter,
  session: SessionSettings,
): Expression {
  if (accepts === "lambda" || accepts === "common" || accepts === "any") return arg;
  const first = accepts === "sameAsFirst" ? typeOf(args[0]!) : undefined;
  const wanted = accepts === "sameAsFirst" ? [typeOf(args[0]!)] : accepts;
  const type = exact ? exactType(typeOf(arg), wanted, session) : parameterType(typeOf(arg), wanted, session);
  if (type) return castTo(arg, first ?? type, session);
  const sqlExpr = callText(entry, args, session);
  if (accepts === "orderable") {
    throw new AnalysisError("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", {
      sqlExpr,
      functionName: `\`${entry.names[0]}\``,
      dataType: quotedType(typeOf(arg)),
    });
  }
  throw new AnalysisError("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", {
    sqlExpr,
    paramIndex: ordinal(index),
    requiredType: requiredType(wanted),
    inputSql: `"${prettyName(arg, session.timeZone)}"`,
    inputType: quotedType(typeOf(arg)),
  });
}

/** The argument's own type where the parameter takes it as it is; NULL has any type. */
function exactType(from: DataType, wanted: Parameters<typeof parameterType>[1], session: SessionSettings): DataType | undefined {
  const type = parameterType(from, wanted, session);
  return from.kind === "void" || (type && sameTypeIgnoringNullability(type, from)) ? type : undefined;
}

const WITHOUT_STRING_PROMOTION: ReadonlySet<string> = new Set(["greatest", "least"]);

function commonType(entry: FunctionEntry, args: readonly Expression[], group: readonly number[], session: SessionSettings): DataType {
  const name = entry.names[0];
  const types = group.map((i) => typeOf(args[i]!));
  const type = commonTypeOf(types, session, WITHOUT_STRING_PROMOTION.has(name) ? widestCommonTypeWithoutStrings : widestCommonType);
  if (type) return type;
  const distinct = types.map(quotedType);
  const branches = name === "if" || name === "when";
  throw new AnalysisError("DATATYPE_MISMATCH.DATA_DIFF_TYPES", {
    sqlExpr: callText(entry, args, session),
    functionName: `\`${name === "when" ? "casewhen" : name}\``,
    dataType: branches ? `[${distinct.join(", ")}]` : `(${distinct.join(" or ")})`,
  });
}

const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
const ordinal = (index: number): string => ORDINALS[index] ?? `${index + 1}th`;
const quotedType = (type: DataType): string => `"${typeSql(type)}"`;
const callText = (entry: FunctionEntry, args: readonly Expression[], { timeZone }: SessionSettings): string =>
  `"${prettyName({ kind: "unresolvedFunction", name: entry.names[0], args }, timeZone)}"`;

function requiredType(accepts: string | readonly DataType[]): string {
  if (accepts === "numericOrInterval") return '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")';
  if (typeof accepts === "string") return `"${accepts.toUpperCase()}"`;
  const types = accepts.map((type) => (type.kind === "decimal" ? `"DECIMAL"` : quotedType(type)));
  return types.length === 1 ? types[0]! : `(${types.join(" or ")})`;
}
