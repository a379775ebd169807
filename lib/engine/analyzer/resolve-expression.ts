import type { Origin } from "../errors/query-context.ts";
import { AnalysisError } from "../errors.ts";
import { freshId, integerLiteral, stringLiteral } from "../expressions/build.ts";
import type {
  AggregateCall,
  Alias,
  Attribute,
  Cast,
  ExistsSubquery,
  Expression,
  InSubquery,
  Lambda,
  LambdaVariable,
  Replaced,
  ScalarSubquery,
  UnresolvedAttribute,
  UnresolvedFunction,
  WindowCall,
} from "../expressions/expression.ts";
import { prettyName, windowFunctionText } from "../expressions/print.ts";
import { quoteIfNeeded } from "../expressions/print-type.ts";
import { isNullable, originOf, typeOf } from "../expressions/properties.ts";
import { sqlExpr, sqlTypeOf } from "../expressions/quoting.ts";
import { mapChildren, someExpression } from "../expressions/traverse.ts";
import type { FunctionEntry, LambdaParameter, Nullability, ReturnType, SessionSettings } from "../functions/function.ts";
import { functionNamed } from "../functions/registry.ts";
import { collatedType } from "../types/collation.ts";
import type { DataType, StructField } from "../types/data-type.ts";
import { checkAggregate, checkClauses, checkWindow, ordersOf, withKeys } from "./call-clauses.ts";
import { checkCast } from "./check-cast.ts";
import { coerceArguments } from "./coercion.ts";
import { coerceCollations } from "./collation-coercion.ts";
import { checkCollation, collatedResult } from "./collation-result.ts";
import { outerColumn, withSettings } from "./context.ts";
import { isHidden } from "./hidden-columns.ts";
import { castTo, implicitCast } from "./implicit-cast.ts";
import { byPosition } from "./named-arguments.ts";
import { coerceOperator } from "./operator-coercion.ts";
import { keepSessionIn } from "./own-session.ts";
import { strangeColumn } from "./plan-column.ts";
import { rewriteCall } from "./rewrite-call.ts";
import { isSqlCall, resolveSqlCall } from "./sql-function.ts";
import { expandRegex, expandStar } from "./star.ts";
import { resolveSubquery } from "./subquery.ts";
import { levenshtein } from "./suggestion.ts";
import { alignFrame } from "./window-frame.ts";

/** What names mean at one place of a plan. */
export interface Scope {
  /** Every attribute that a name may mean; the resolver reports none and several. */
  candidates(nameParts: readonly string[], planId: number | undefined): readonly Candidate[];
  /** All attributes, for `*` and for suggestions; `target` narrows to a qualifier. */
  all(target?: readonly string[], planId?: number): readonly Attribute[];
  /** Whether a plan numbered so is below; where there are plans at all. A column of another one is an error of its own. */
  holds?(planId: number): boolean;
  /** These are groups: conditions of subqueries may hold aggregates of them. */
  readonly grouped?: true;
}
/** An attribute and the name parts that are left: fields inside it. */
export interface Candidate {
  readonly attribute: Attribute;
  readonly rest: readonly string[];
  /** An alias to the left in the same SELECT list. */
  readonly lateral?: true;
}

/** A resolved, typed, coerced expression. Throws AnalysisError with Spark's condition. Aliases keep; `unresolvedAlias` gets an id. */
export function resolveExpression(expression: Expression, scope: Scope, session: SessionSettings): Expression {
  return new Resolver(scope, session).resolve(expression);
}

class Resolver {
  readonly #scope: Scope;
  readonly #session: SessionSettings;
  readonly #lambdas: LambdaVariable[] = [];

  constructor(scope: Scope, session: SessionSettings) {
    this.#scope = scope;
    this.#session = session;
  }

  resolve(expression: Expression): Expression {
    try {
      return this.#resolve(expression);
    } catch (error) {
      throw withOrigin(error, expression);
    }
  }

  #resolve(expression: Expression): Expression {
    switch (expression.kind) {
      case "unresolvedAttribute":
        return this.#attribute(expression);
      case "unresolvedFunction":
        return this.#function(expression);
      case "replaced":
        if (isSqlCall(expression) && expression.function.inputs)
          return resolveSqlCall(expression, (e) => this.resolve(e), this.#lambdas.length > 0, this.#session);
        return { ...expression, args: expression.args.map((arg) => this.resolve(arg)), child: this.#meant(expression) };
      case "unresolvedExtract":
        return placed(this.#extract(this.resolve(expression.child), this.resolve(expression.key)), expression);
      case "unresolvedAlias":
        return this.#alias(this.resolve(expression.child), expression.names, expression.metadata);
      case "literal":
        return this.#session.defaultCollation === undefined ? expression : { ...expression, type: this.#collated(expression.type) };
      case "cast":
        return this.#cast({ ...expression, type: this.#collated(expression.type), child: this.resolve(expression.child) });
      case "window":
        return this.#window(
          mapChildren(expression, (child) =>
            child === expression.function && child.kind === "unresolvedFunction" ? this.#function(child, true) : this.resolve(child),
          ) as WindowCall,
        );
      case "scalarSubquery":
      case "exists":
        return this.#subquery(expression);
      case "inSubquery":
        return this.#subquery({ ...expression, values: expression.values.map((value) => this.resolve(value)) });
      case "lambdaVariable":
        return this.#lambdas.find((variable) => variable.id === expression.id) ?? expression;
      case "unresolvedStar":
      case "unresolvedRegex":
        throw new AnalysisError("INVALID_USAGE_OF_STAR_OR_REGEX", {
          elem: expression.kind === "unresolvedStar" ? "'*'" : "regular expression",
          prettyName: "expression",
        });
      default:
        return mapChildren(expression, (child) => this.resolve(child));
    }
  }

  #meant({ child, session }: Replaced): Expression {
    if (!session) return this.resolve(child);
    const inside = new Resolver(this.#scope, withSettings(this.#session, session));
    inside.#lambdas.push(...this.#lambdas);
    return keepSessionIn(inside.resolve(child), session, this.#session);
  }

  #attribute(written: UnresolvedAttribute): Expression {
    const { nameParts, planId } = written;
    const variable = this.#lambdas.findLast((v) => planId === undefined && equalNames(v.name, nameParts[0]!, this.#session));
    if (variable) return nameParts.slice(1).reduce((child: Expression, field) => this.#extract(child, stringLiteral(field)), variable);
    const candidates = written.outer ? [] : this.#scope.candidates(nameParts, planId);
    const [found, another] = candidates;
    if (!found) {
      const outer = outerColumn(written, this.#session);
      if (!outer && written.variable) return this.resolve(written.variable);
      if (!outer && planId !== undefined && !this.#scope.holds?.(planId)) throw strangeColumn(written);
      if (!outer) throw unresolvedColumn(nameParts, this.#scope.all());
      return outer.rest.reduce((child: Expression, field) => this.#extract(child, stringLiteral(field)), outer.reference);
    }
    if (another) throw ambiguousReference(nameParts, candidates);
    const column = asWritten(found, nameParts);
    const base: Expression = found.lateral
      ? { kind: "replaced", form: "call", name: "lateralAliasReference", args: [column], child: column }
      : column;
    return found.rest.reduce((child: Expression, field) => this.#extract(child, stringLiteral(field)), base);
  }

  #subquery(subquery: ScalarSubquery | ExistsSubquery | InSubquery): Expression {
    if (this.#lambdas.length > 0) throw new AnalysisError("UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.HIGHER_ORDER_FUNCTION", {});
    return resolveSubquery(subquery, this.#scope, this.#session);
  }

  #extract(child: Expression, key: Expression): Expression {
    const type = typeOf(child);
    switch (type.kind) {
      case "array":
        return type.elementType.kind === "struct" && key.kind === "literal" && typeof key.value === "string"
          ? this.#call("get_array_struct_fields", [child, key])
          : this.#call("get_array_item", [child, key]);
      case "map":
        return this.#call("get_map_value", [child, key]);
      case "struct":
        return this.#structField(child, type.fields, key);
      default:
        throw new AnalysisError("INVALID_EXTRACT_BASE_FIELD_TYPE", { base: sqlExpr(child), other: sqlTypeOf(type) });
    }
  }

  #structField(child: Expression, fields: readonly StructField[], key: Expression): Expression {
    const name = key.kind === "literal" && typeof key.value === "string" ? key.value : undefined;
    if (name === undefined) throw new AnalysisError("INVALID_EXTRACT_FIELD_TYPE", { extraction: sqlExpr(key) });
    const matches = fields.filter((f) => equalNames(f.name, name, this.#session));
    if (matches.length === 0)
      throw new AnalysisError("FIELD_NOT_FOUND", { fieldName: `\`${name}\``, fields: fields.map((f) => `\`${f.name}\``).join(", ") });
    if (matches.length > 1)
      throw new AnalysisError("AMBIGUOUS_REFERENCE_TO_FIELDS", { field: `\`${name}\``, count: String(matches.length) });
    return this.#call("get_struct_field", [child, stringLiteral(matches[0]!.name)]);
  }

  #alias(child: Expression, names: readonly string[], metadata: Readonly<Record<string, unknown>> | undefined): Expression {
    if (child.kind === "generator") {
      if (names.length !== child.fields.length) {
        throw new AnalysisError("UDTF_ALIAS_NUMBER_MISMATCH", { aliasesSize: String(child.fields.length), aliasesNames: names.join(",") });
      }
      return { ...child, fields: child.fields.map((field, i) => ({ ...field, name: names[i]! })) };
    }
    const inner = child.kind === "alias" ? child.child : child;
    return { kind: "alias", child: inner, id: freshId(), name: names[0]!, ...(metadata ? { metadata } : {}) } satisfies Alias;
  }

  /** A type of no collation of its own has the session's. Source: Spark's ApplyDefaultCollationToStringType. */
  #collated(type: DataType): DataType {
    const { defaultCollation } = this.#session;
    return defaultCollation !== undefined && type.kind === "string" && type.collation === undefined ? collatedType(defaultCollation) : type;
  }

  #cast(cast: Cast): Expression {
    return checkCast(cast.mode ? cast : { ...cast, mode: this.#session.ansi ? "ansi" : "legacy" });
  }

  #function(written: UnresolvedFunction, beforeOver = false): Expression {
    const rewritten = rewriteCall(written);
    if (rewritten.kind !== "unresolvedFunction") return this.resolve(rewritten);
    const call = rewritten;
    const entry = functionNamed((call.args.length === 1 ? UNARY[call.name] : undefined) ?? call.name);
    if (!entry) {
      const routineName = `\`${call.name}\``;
      throw new AnalysisError("UNRESOLVED_ROUTINE", {
        routineName,
        searchPath: `[\`system\`.\`builtin\`, \`system\`.\`session\`, \`spark_catalog\`.\`default\`]`,
      });
    }
    if (entry.kind === "window" && !beforeOver)
      throw new AnalysisError("WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE", { funcName: `"${windowFunctionText(call)}"` });
    const filter = call.filter && this.resolve(call.filter);
    checkClauses(entry, call, filter);
    const args = this.#arguments(entry, byPosition(entry, withKeys(entry, call)), call.distinct === true);
    if (entry.kind === "scalar" && entry.castsTo && args.length === 1)
      return this.#cast({ kind: "cast", child: args[0]!, type: entry.castsTo, ...originOf(call) });
    return calledAs(this.#call(entry.names[0], args, { ...call, ...(filter ? { filter } : {}) }), entry.names[0], call.name.toLowerCase());
  }

  /** `count(*)` counts a literal; lambdas are resolved last, when the types of their parameters are known. */
  #arguments(entry: FunctionEntry, args: readonly Expression[], distinct: boolean): Expression[] {
    const plain = args.map((arg) =>
      arg.kind === "lambda" ? arg : this.#plainArgument(entry, arg, distinct, !distinct && args.length === 1),
    );
    if (!entry.lambdaParameters) return plain.flat();
    const flat = plain.flat();
    const types = entry.lambdaParameters(flat.filter((arg) => arg.kind !== "lambda").map(typeOf), this.#session);
    let next = 0;
    return flat.map((arg) => (arg.kind === "lambda" ? this.#lambda(arg, types[next++] ?? []) : arg));
  }

  #plainArgument(entry: FunctionEntry, arg: Expression, distinct: boolean, alone: boolean): Expression | Expression[] {
    if (arg.kind === "unresolvedRegex") return expandRegex(arg, this.#scope, this.#session);
    if (arg.kind !== "unresolvedStar") return this.resolve(arg);
    if (entry.names[0] === "count" && !arg.target && !distinct) return integerLiteral(1);
    if (entry.names[0] === "count" && arg.target && alone && !arg.except && !this.#session.countsColumnsOfStars) {
      throw new AnalysisError("_LEGACY_ERROR_TEMP_1021", { targetString: arg.target.join(".") });
    }
    return expandStar(arg, this.#scope, this.#session).map((e) => (e.kind === "alias" ? e.child : e));
  }

  #lambda(lambda: Lambda, given: readonly LambdaParameter[]): Lambda {
    if (lambda.parameters.length > given.length) {
      throw new AnalysisError("INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH", {
        expectedNumArgs: String(given.length),
        actualNumArgs: String(lambda.parameters.length),
      });
    }
    const parameters = lambda.parameters.map((parameter, i) => ({ ...parameter, ...given[i]! }));
    this.#lambdas.push(...parameters);
    const body = this.resolve(lambda.body);
    this.#lambdas.length -= parameters.length;
    return { kind: "lambda", parameters, body };
  }

  /** Types a call of resolved arguments. */
  #call(name: string, resolved: readonly Expression[], call?: UnresolvedFunction): Expression {
    const entry = functionNamed(name)!;
    if (entry.kind === "generator" && resolved.some((arg) => someExpression(arg, (e) => e.kind === "generator"))) {
      const expression = `"${prettyName({ kind: "unresolvedFunction", name, args: resolved })}"`;
      throw new AnalysisError("UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", { expression });
    }
    const operator = coerceOperator(name, coerceCollations(name, resolved), this.#session);
    if (operator.name !== name) {
      const rewritten = this.#call(operator.name, operator.args, call);
      return operator.resultType ? castTo(rewritten, operator.resultType, this.#session) : rewritten;
    }
    const coerced = coerceArguments(entry, operator.args, this.#session);
    checkCollation(name, coerced);
    const checked = entry.check ? entry.check(coerced, this.#session) : coerced;
    const args = call?.origin === undefined ? checked : checked.map((arg) => castsPlaced(arg, call));
    const types = args.map(typeOf);
    const origin = call?.origin === undefined ? {} : { origin: call.origin };
    if (entry.kind === "generator") {
      return {
        kind: "generator",
        name: entry.names[0],
        args,
        fields: entry.fields(types, args),
        outer: call?.name.toLowerCase().endsWith("_outer") ?? false,
        ...origin,
      };
    }
    const type = collatedResult(name, returnType(entry.returns, types, args, this.#session), coerced);
    const nullable = nullability(entry.nullable, args, this.#session);
    const ignoreNulls = call?.ignoreNulls === true || (entry.kind !== "scalar" && entry.ignoresNulls?.(args) === true);
    if (entry.kind === "aggregate") {
      const filter = call?.filter && implicitCast(call.filter, { kind: "boolean" }, this.#session);
      const withinGroup = call && ordersOf(call);
      const resolvedCall: AggregateCall = {
        kind: "aggregate",
        name: entry.names[0],
        args,
        distinct: call?.distinct ?? false,
        type,
        nullable,
        ...(filter ? { filter } : {}),
        ...(ignoreNulls ? { ignoreNulls } : {}),
        ...(withinGroup ? { withinGroup } : {}),
        ...origin,
      };
      checkAggregate(resolvedCall);
      return resolvedCall;
    }
    const varies = entry.kind === "scalar" && entry.deterministic === false ? { deterministic: false as const } : {};
    return { kind: "call", name: entry.names[0], args, type, nullable, ...varies, ...(ignoreNulls ? { ignoreNulls } : {}), ...origin };
  }

  #aligned(written: WindowCall): WindowCall {
    try {
      return alignFrame(written, this.#session);
    } catch (error) {
      throw withOrigin(error, written.frame ?? {});
    }
  }

  #window(written: WindowCall): Expression {
    const window = this.#aligned(written);
    const { function: call } = window;
    if (call.kind === "aggregate" && call.python) {
      checkWindow(window);
      return window;
    }
    const entry = call.kind === "call" || call.kind === "aggregate" ? functionNamed(call.name) : undefined;
    if (entry?.kind !== "window" && entry?.kind !== "aggregate") {
      if (call.kind === "generator")
        throw new AnalysisError("UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", { expression: sqlExpr(window) });
      throw new AnalysisError("UNSUPPORTED_EXPR_FOR_WINDOW", { sqlExpr: sqlExpr(call) });
    }
    if (entry.kind === "window" && entry.requiresOrder && window.orderBy.length === 0) {
      throw new AnalysisError("_LEGACY_ERROR_TEMP_1037", { wf: prettyName(call) });
    }
    checkWindow(window);
    return window;
  }
}

/** Spark calls a column as the query writes it. The kernel tells columns apart by their ids, and takes names in any case. */
function asWritten({ attribute, rest }: Candidate, nameParts: readonly string[]): Attribute {
  const written = nameParts[nameParts.length - rest.length - 1]!;
  return written !== attribute.name && /^[\x20-\x7e]*$/.test(written) ? { ...attribute, name: written } : attribute;
}

/** An implicit cast comes from the call that needs it: rules may leave nothing of that but its argument. */
const castsPlaced = (arg: Expression, { origin }: UnresolvedFunction): Expression =>
  arg.kind === "cast" && arg.origin === undefined && origin !== undefined ? { ...arg, origin } : arg;

/** A call that comes from where it was written. */
const placed = (resolved: Expression, written: Expression): Expression =>
  resolved.kind === "call" ? { ...resolved, ...originOf(written) } : resolved;

/** Operators that have one sign for one operand and for two. */
const UNARY: Readonly<Record<string, string>> = { "-": "negative", "+": "positive" };

/** Spark names a column by the alias that the user called a function by; operators that became another function keep that one's name. */
function calledAs(resolved: Expression, name: string, alias: string): Expression {
  const keeps = alias === name || (resolved.kind !== "call" && resolved.kind !== "aggregate") || resolved.name !== name;
  return keeps ? resolved : { ...resolved, calledAs: alias };
}

const returnType = (returns: ReturnType, types: readonly DataType[], args: readonly Expression[], session: SessionSettings): DataType =>
  typeof returns === "function" ? returns(types, args, session) : returns;

function nullability(rule: Nullability | undefined, args: readonly Expression[], session: SessionSettings): boolean {
  if (rule === undefined) return args.some(isNullable);
  return typeof rule === "function" ? rule(args, session) : rule;
}

export const equalNames = (a: string, b: string, session: SessionSettings): boolean =>
  session.caseSensitive ? a === b : a.toLowerCase() === b.toLowerCase();
export const quoted = (parts: readonly string[]): string => parts.map((part) => `\`${part.replaceAll("`", "``")}\``).join(".");

/** Spark's condition with the nearest names, best first. */
export function unresolvedColumn(nameParts: readonly string[], all: readonly Attribute[]): AnalysisError {
  const objectName = quoted(nameParts);
  const proposal = similarNames(nameParts, all).slice(0, 5);
  if (proposal.length === 0) return new AnalysisError("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", { objectName });
  return new AnalysisError("UNRESOLVED_COLUMN.WITH_SUGGESTION", { objectName, proposal: proposal.join(", ") });
}

/** As much of the columns' qualifiers as tells them apart, nearest first. Source: Spark's StringUtils.orderSuggestedIdentifiersBySimilarity. */
function similarNames(nameParts: readonly string[], all: readonly Attribute[]): string[] {
  const known = [...new Map(all.filter((a) => !isHidden(a)).map((a) => [a.id, a])).values()];
  const columns = known.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id));
  const names = columns.map(({ qualifier = [], name }) => [...qualifier, name]);
  const shared = (kept: number) => new Set(names.map((parts) => quoted(parts.slice(0, -kept)))).size === 1;
  const kept = nameParts.length === 1 && shared(1) ? 1 : nameParts.length <= 2 && shared(2) ? 2 : Number.POSITIVE_INFINITY;
  const wanted = nameParts.map(quoteIfNeeded).join(".");
  return names
    .map((parts) => quoted(parts.slice(-kept)))
    .map((name) => ({ name, distance: levenshtein(name, wanted) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ name }) => name);
}

export const ambiguousReference = (nameParts: readonly string[], candidates: readonly Candidate[]): AnalysisError =>
  new AnalysisError("AMBIGUOUS_REFERENCE", {
    name: quoted(nameParts),
    referenceNames: `[${candidates.map((c) => quoted([...(c.attribute.qualifier ?? []), c.attribute.name])).join(", ")}]`,
  });

/** The same error, pointing at where the expression was written, unless it points somewhere already. */
export function withOrigin(error: unknown, at: { readonly origin?: Origin } | object): unknown {
  const { origin } = at as { origin?: Origin };
  if (!(error instanceof AnalysisError) || error.origin !== undefined || origin === undefined) return error;
  return new AnalysisError(error.condition, error.messageParameters, { origin });
}
