import type { Origin, SqlSource } from "../../engine/errors/query-context.ts";
import type { Expression, Literal } from "../../engine/expressions/expression.ts";
import type { SessionSettings } from "../../engine/functions/function.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { Conf } from "../../engine/settings.ts";
import type { DataType } from "../../engine/types/data-type.ts";
import type * as syntax from "../syntax/expression.ts";
import type { Query, WindowSpec } from "../syntax/query.ts";

/** What names and literals of a statement mean in its session: all that lowering asks of it. */
/** A variable's value, and where it is: `system.session.x`, `local.label.x`. */
export interface NamedVariable {
  readonly path: readonly string[];
  readonly value: Literal;
}
export interface LoweringContext {
  readonly conf: Conf;
  readonly session: SessionSettings;
  /** A temporary view by its name as written, and where that stands. */
  relation(nameParts: readonly string[], origin?: Origin): LogicalPlan | undefined;
  /** A session's or script's variable. */
  variable(nameParts: readonly string[]): NamedVariable | undefined;
  /** A function written in SQL: temporary, or persistent and loaded already. */
  function(nameParts: readonly string[]): SqlFunction | undefined;
  /** Values of `:name` and of `?` by its position. */
  readonly parameters: ReadonlyMap<string | number, Expression>;
  readonly currentCatalog: string;
  readonly currentSchema: string;
  /** The text that spans are counted in, or what all of this comes from: the name of a view. Absent: nobody asks where things stand. */
  readonly source?: SqlSource | Origin | undefined;
}

/** A function whose body is SQL. */
export interface SqlFunction {
  /** Its full name as Spark shows it: `spark_catalog.default.f`, or `f` alone where it is temporary. */
  readonly nameParts: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly type: DataType; readonly default?: syntax.Expression }[];
  /** The type of its value, or the columns of its rows; absent: what the body gives. */
  readonly returns?: DataType;
  /** That of the body. */
  readonly text?: string;
  readonly table?: true;
  readonly body:
    | { readonly kind: "expression"; readonly expression: syntax.Expression }
    | { readonly kind: "query"; readonly query: Query };
  /** The session that the body means: settings, current schema. Absent: the caller's. */
  readonly context?: LoweringContext;
}

/** A context, and what the query itself has named so far. */
export interface Lowering extends LoweringContext {
  /** Innermost first. */
  readonly ctes: readonly Cte[];
  /** Under the policy LEGACY: definitions that those of `ctes` come before. */
  readonly laterCtes?: readonly Cte[];
  /** WINDOW clauses of the SELECT that is being lowered. */
  readonly windows?: ReadonlyMap<string, WindowSpec>;
  /** SQL functions around this body: one may not call itself. */
  readonly calls?: readonly string[];
  /** Inside a query, where no WITH could be written before Spark 3. */
  readonly inQuery?: boolean;
  /** In a SELECT list, where quoted names may be patterns (`spark.sql.parser.quotedRegexColumnNames`). */
  readonly inSelectList?: boolean;
}
export interface Cte {
  readonly name: string;
  readonly id: number;
  /** The recursive definition that the place is in. */
  readonly self?: boolean;
}

/** A boolean setting of the session. */
export const flag = (context: LoweringContext, key: string, otherwise: boolean): boolean => {
  const value = context.conf[key]?.trim().toLowerCase();
  return value === undefined ? otherwise : value === "true";
};

export const lowering = (context: LoweringContext | Lowering): Lowering =>
  "ctes" in context ? (context as Lowering) : { ...bound(context), ctes: [] };

/** The context's own functions keep their `this`, whatever the context is an instance of. */
const bound = (context: LoweringContext): LoweringContext => ({
  conf: context.conf,
  session: context.session,
  relation: (nameParts, origin) => context.relation(nameParts, origin),
  variable: (nameParts) => context.variable(nameParts),
  function: (nameParts) => context.function(nameParts),
  parameters: context.parameters,
  currentCatalog: context.currentCatalog,
  currentSchema: context.currentSchema,
  source: context.source,
});
