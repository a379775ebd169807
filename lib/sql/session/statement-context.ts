import type { ExternalCatalog } from "../../catalog/external-catalog.ts";
import type { CatalogRelation, CatalogTable, TableName } from "../../catalog/objects.ts";
import { evaluateConstant } from "../../engine/analyzer/constant.ts";
import { resolveExpression } from "../../engine/analyzer/resolve-expression.ts";
import { emptyScope } from "../../engine/analyzer/scope.ts";
import type { Origin, SqlSource } from "../../engine/errors/query-context.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { alias, cast, literal } from "../../engine/expressions/build.ts";
import type { Expression, Literal } from "../../engine/expressions/expression.ts";
import { isFoldable } from "../../engine/expressions/properties.ts";
import { sqlExpr, sqlId } from "../../engine/expressions/quoting.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { type Conf, readSettings } from "../../engine/settings.ts";
import { arrowToValues } from "../../engine/types/convert.ts";
import type { DataType, StructType } from "../../engine/types/data-type.ts";
import type { Value } from "../../engine/types/values.ts";
import { type LoweringContext, lowering, type NamedVariable, type SqlFunction } from "../lower/context.ts";
import { lowerExpression } from "../lower/expression.ts";
import { partsOf } from "../lower/name.ts";
import { lowerQuery } from "../lower/query.ts";
import type * as syntax from "../syntax/expression.ts";
import type { Property, Query } from "../syntax/query.ts";
import type { Name } from "../syntax/span.ts";
import { findFunction, loadFunctions } from "./loaded-functions.ts";
import { idOf, tableOfParts } from "./names.ts";
import type { Bindings, SqlSession } from "./session.ts";
import { viewPlan } from "./view-plan.ts";

/** Rows that a statement may take into this process: for values of variables and the like. */
const MOST_ROWS = 10_000;

/** The variables that a script has put around a statement. */
export interface Scopes {
  variable(parts: readonly string[]): NamedVariable | undefined;
  defaultText(parts: readonly string[]): string | undefined;
  /** Whether there is such a variable: it has the value now. */
  assign(parts: readonly string[], value: Literal): boolean;
}

/** One statement while it runs: its session, its text, the values of its parameters. */
export class StatementContext {
  readonly session: SqlSession;
  readonly text: string;
  readonly bindings: Bindings;
  readonly scopes: Scopes | undefined;
  readonly #knowsVariables: boolean;
  /** One for all places of the statement. */
  readonly #source: SqlSource;

  constructor(
    session: SqlSession,
    text: string,
    bindings: Bindings = {},
    scopes?: Scopes,
    knowsVariables = true,
    source: SqlSource = { text },
  ) {
    this.session = session;
    this.text = text;
    this.bindings = bindings;
    this.scopes = scopes;
    this.#knowsVariables = knowsVariables;
    this.#source = source;
  }

  /** The same for what outlives the session: views, functions and defaults of the catalog know no variables. */
  withoutVariables(): StatementContext {
    return new StatementContext(this.session, this.text, this.bindings, undefined, false, this.#source);
  }

  get catalog(): ExternalCatalog {
    return this.session.catalog;
  }
  get conf(): Conf {
    return this.session.conf.forEngine();
  }

  /** What lowering asks of the session as it is now. */
  lowering(): LoweringContext {
    const { session, bindings } = this;
    const context: LoweringContext = {
      conf: session.conf.getAll(),
      session: readSettings(this.conf).session,
      relation: (parts, origin) =>
        (parts.length === 1 ? bindings.relations?.get(parts[0]!) : undefined) ?? this.temporaryView(parts, origin),
      variable: (parts) => (this.#knowsVariables ? this.variable(parts) : undefined),
      function: (parts): SqlFunction | undefined => findFunction(session, parts, context),
      parameters: bindings.parameters ?? new Map(),
      currentCatalog: session.currentCatalog,
      currentSchema: session.currentSchema,
      source: this.#source,
    };
    return context;
  }

  /** A variable of the script around, else of the session, as it is now. */
  variable(parts: readonly string[]): NamedVariable | undefined {
    return this.scopes?.variable(parts) ?? this.session.variables.named(parts);
  }

  /** The plan of a temporary view, under its name. */
  temporaryView(parts: readonly string[], origin?: Origin): LogicalPlan | undefined {
    const view = this.session.views.find(parts);
    const context = () => ({ ...new StatementContext(this.session, this.text, {}, this.scopes).lowering(), source: origin });
    return view && viewPlan(view, parts, this.session.cached, context);
  }

  // Trees to plans and values.

  async lower(query: Query): Promise<LogicalPlan> {
    await loadFunctions(query, this.session);
    return this.session.settle(lowerQuery(query, this.lowering()));
  }

  async lowerExpression(expression: syntax.Expression): Promise<Expression> {
    await loadFunctions(expression, this.session);
    return lowerExpression(expression, this.lowering());
  }

  /** The parts of a name; IDENTIFIER(...) is worked out. */
  parts(name: Name): readonly string[] {
    return partsOf(name, lowering(this.lowering()));
  }
  table(name: Name): TableName {
    return tableOfParts(this.parts(name), this.session.currentSchema);
  }

  schema(plan: LogicalPlan): Promise<StructType> {
    return this.session.engine.schema(plan, this.conf);
  }

  /** All rows of a plan: few ones. */
  async rows(plan: LogicalPlan, most = MOST_ROWS): Promise<{ readonly schema: StructType; readonly rows: readonly (readonly Value[])[] }> {
    const limited: LogicalPlan = { kind: "limit", count: most + 1, child: plan };
    const { schema, chunks } = await this.session.engine.execute(limited, this.conf);
    const rows: Value[][] = [];
    for await (const chunk of chunks) rows.push(...arrowToValues(chunk, schema));
    if (rows.length > most)
      throw new AnalysisError("FIRECREST_UNSUPPORTED", {
        feature: `More than ${most} rows in one statement's values`,
        advice: "Use a table.",
      });
    return { schema, rows };
  }

  /** The value of an expression without columns. */
  async evaluate(expression: syntax.Expression, type?: DataType): Promise<Literal> {
    const lowered = await this.lowerExpression(expression);
    return this.evaluated(type ? { ...cast(lowered, type), mode: "ansi" } : lowered);
  }
  /** The value of a parameter. Throws UNSUPPORTED_EXPR_FOR_PARAMETER for queries, and for functions of many rows. */
  async constant(expression: syntax.Expression): Promise<Literal> {
    const lowered = await this.lowerExpression(expression);
    const resolved = resolveExpression(lowered, emptyScope, readSettings(this.conf).session);
    if (isFoldable(resolved)) return this.evaluated(lowered);
    throw new AnalysisError("UNSUPPORTED_EXPR_FOR_PARAMETER", { invalidExprSql: sqlExpr(resolved) });
  }
  async evaluated(lowered: Expression): Promise<Literal> {
    const constant = evaluateConstant(lowered, readSettings(this.conf).session);
    if (constant) return constant;
    const plan = await this.session.settle({ kind: "project", expressions: [alias(lowered, "value")], child: { kind: "oneRow" } });
    const { schema, rows } = await this.rows(plan, 1);
    return literal(rows[0]![0]!, schema.fields[0]!.dataType);
  }

  /** OPTIONS and TBLPROPERTIES as text. */
  async properties(properties: readonly Property[] = []): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const { key, value } of properties) found[key] = value ? await this.propertyText(value) : "";
    return found;
  }
  async propertyText(value: syntax.Expression): Promise<string> {
    if (value.kind === "literal") return value.value === null ? "" : String(value.value);
    const { value: found } = await this.evaluate(value);
    return found === null ? "" : String(found);
  }

  // The catalog.

  /** A table or view of the catalog. Throws TABLE_OR_VIEW_NOT_FOUND. */
  async relation(name: Name): Promise<CatalogRelation> {
    const parts = this.parts(name);
    const found = await this.catalog.relation(tableOfParts(parts, this.session.currentSchema));
    if (!found) throw new AnalysisError("TABLE_OR_VIEW_NOT_FOUND", { relationName: sqlId(parts) });
    return found;
  }

  /** A table of the catalog. Throws EXPECT_TABLE_NOT_VIEW too. */
  async existingTable(name: Name, operation: string, sub = "NO_ALTERNATIVE"): Promise<CatalogTable> {
    const parts = this.parts(name);
    const refuse = (viewName: string): never => {
      throw new AnalysisError(`EXPECT_TABLE_NOT_VIEW.${sub}`, { viewName, operation });
    };
    if (this.session.views.find(parts)) return refuse(sqlId(parts));
    const found = await this.relation(name);
    return found.kind === "table" ? found : refuse(idOf(found));
  }
}
