import type { DataType } from "../../engine/types/data-type.ts";
import type { Expression, SortItem } from "./expression.ts";
import type { Property, Query, Relation, TableAlias, With } from "./query.ts";
import type { CompoundStatement } from "./script.ts";
import type { ComputedName, Identifier, Name, Span } from "./span.ts";

/** One statement: what a parser gives for a text, and what a session runs. `kind` names the family's member. */
export type Statement = Span &
  (
    | QueryStatement
    | CompoundStatement
    | DataStatement
    | TableStatement
    | ViewStatement
    | SchemaStatement
    | FunctionStatement
    | ShowStatement
    | DescribeStatement
    | SessionStatement
    | MaintenanceStatement
  );

export type QueryStatement = { readonly kind: "query"; readonly query: Query };

export interface PartitionValue {
  readonly column: Identifier;
  /** Absent: dynamic, or any in SHOW PARTITIONS. */
  readonly value?: Expression;
}

// Data: lib/sql/parser/data.ts
export type DataStatement =
  | {
      readonly kind: "insert";
      readonly target: Name;
      readonly table: boolean;
      readonly overwrite: boolean;
      readonly partition?: readonly PartitionValue[];
      readonly ifPartitionNotExists?: boolean;
      /** Named columns, or by name. */
      readonly columns?: readonly Identifier[];
      readonly byName?: boolean;
      /** `INSERT INTO t REPLACE WHERE condition`. */
      readonly replaceWhere?: Expression;
      readonly options?: readonly Property[];
      readonly query: Query;
    }
  | {
      readonly kind: "insertDirectory";
      readonly local: boolean;
      readonly path?: string;
      readonly format?: Name;
      readonly options?: readonly Property[];
      readonly query: Query;
    }
  /** `FROM t INSERT INTO a SELECT ... INSERT INTO b SELECT ...`. */
  | { readonly kind: "multiInsert"; readonly inserts: readonly (Extract<DataStatement, { kind: "insert" }> & Span)[] }
  | {
      readonly kind: "delete";
      readonly target: Name;
      readonly alias?: TableAlias;
      readonly where?: Expression;
      readonly with?: With;
    }
  | {
      readonly kind: "update";
      readonly target: Name;
      readonly alias?: TableAlias;
      readonly assignments: readonly Assignment[];
      readonly where?: Expression;
      readonly with?: With;
    }
  | {
      readonly kind: "merge";
      readonly target: Name;
      readonly targetAlias?: TableAlias;
      readonly source: Relation;
      readonly on: Expression;
      readonly schemaEvolution: boolean;
      readonly clauses: readonly MergeClause[];
      readonly with?: With;
    };
export interface Assignment {
  readonly column: Name;
  readonly value: Expression;
}
export interface MergeClause extends Span {
  readonly when: "matched" | "notMatched" | "notMatchedBySource";
  readonly condition?: Expression;
  readonly action:
    | { readonly kind: "delete" }
    | { readonly kind: "update"; readonly assignments: readonly Assignment[] | "all" }
    | { readonly kind: "insert"; readonly columns?: readonly Name[]; readonly values: readonly Expression[] | "all" };
}

// Tables: lib/sql/parser/table.ts
export interface ColumnDefinition extends Span {
  readonly name: Identifier;
  readonly type: DataType;
  readonly notNull?: boolean;
  /** DEFAULT, kept with its text. */
  readonly default?: Expression;
  readonly defaultText?: string;
  readonly generatedAs?: Expression;
  readonly identity?: { readonly always: boolean; readonly start?: bigint; readonly step?: bigint };
  readonly comment?: string;
  readonly collation?: string;
}
export interface TableConstraint extends Span {
  readonly name?: Identifier;
  readonly type: "check" | "primaryKey" | "unique" | "foreignKey";
  readonly expression?: Expression;
  readonly columns?: readonly Identifier[];
  readonly references?: { readonly table: Name; readonly columns?: readonly Identifier[] };
  readonly characteristics?: readonly string[];
}
export interface TableClauses {
  /** `USING parquet`; absent: the session's default. */
  readonly provider?: string;
  readonly options?: readonly Property[];
  /** Columns, typed ones (Hive's form), or transforms such as `years(d)`, which are FunctionCalls. */
  readonly partitionedBy?: readonly (Expression | ColumnDefinition)[];
  readonly bucket?: { readonly columns: readonly Identifier[]; readonly sortedBy?: readonly SortItem[]; readonly buckets: number };
  readonly clusterBy?: readonly Name[];
  readonly skewedBy?: true;
  /** ROW FORMAT, STORED AS and STORED BY, as words: for clear refusals. */
  readonly rowFormat?: string;
  readonly storedAs?: string;
  readonly location?: string;
  readonly comment?: string;
  readonly collation?: string;
  readonly properties?: readonly Property[];
}
export type ColumnPlace = { readonly kind: "first" } | { readonly kind: "after"; readonly column: Identifier };
export type TableStatement =
  | {
      readonly kind: "createTable";
      readonly name: Name;
      readonly replace: boolean;
      readonly create: boolean;
      readonly external: boolean;
      readonly temporary: boolean;
      readonly ifNotExists: boolean;
      readonly columns?: readonly ColumnDefinition[];
      readonly constraints?: readonly TableConstraint[];
      readonly clauses: TableClauses;
      readonly query?: Query;
    }
  | {
      readonly kind: "createTableLike";
      readonly name: Name;
      readonly like: Name;
      readonly ifNotExists: boolean;
      readonly clauses: TableClauses;
    }
  | { readonly kind: "dropTable"; readonly name: Name; readonly ifExists: boolean; readonly purge: boolean }
  | {
      readonly kind: "alterTable";
      readonly name: Name;
      readonly view: boolean;
      readonly partition?: readonly PartitionValue[];
      readonly action: AlterAction;
    }
  | { readonly kind: "truncateTable"; readonly name: Name; readonly partition?: readonly PartitionValue[] }
  | { readonly kind: "repairTable"; readonly name: Name; readonly add: boolean; readonly drop: boolean }
  | {
      readonly kind: "loadData";
      readonly path: string;
      readonly local: boolean;
      readonly overwrite: boolean;
      readonly name: Name;
      readonly partition?: readonly PartitionValue[];
    };
export type AlterAction =
  | { readonly kind: "rename"; readonly to: Name }
  | { readonly kind: "setProperties"; readonly properties: readonly Property[] }
  | { readonly kind: "unsetProperties"; readonly keys: readonly string[]; readonly ifExists: boolean }
  | { readonly kind: "setLocation"; readonly location: string }
  | { readonly kind: "setSerde" }
  | { readonly kind: "addColumns"; readonly columns: readonly AddedColumn[]; readonly ifNotExists: boolean }
  | { readonly kind: "dropColumns"; readonly columns: readonly Name[]; readonly ifExists: boolean }
  | { readonly kind: "renameColumn"; readonly from: Name; readonly to: Identifier }
  | { readonly kind: "alterColumns"; readonly columns: readonly AlteredColumn[] }
  | { readonly kind: "replaceColumns"; readonly columns: readonly AddedColumn[] }
  | {
      readonly kind: "addPartitions";
      readonly ifNotExists: boolean;
      readonly partitions: readonly { readonly values: readonly PartitionValue[]; readonly location?: string }[];
    }
  | {
      readonly kind: "dropPartitions";
      readonly ifExists: boolean;
      readonly partitions: readonly (readonly PartitionValue[])[];
      readonly purge: boolean;
    }
  | { readonly kind: "renamePartition"; readonly to: readonly PartitionValue[] }
  | { readonly kind: "recoverPartitions" }
  | { readonly kind: "clusterBy"; readonly columns: readonly Name[] | "none" }
  | { readonly kind: "setCollation"; readonly collation: string }
  | { readonly kind: "addConstraint"; readonly constraint: TableConstraint }
  | { readonly kind: "dropConstraint"; readonly name: Identifier; readonly ifExists: boolean; readonly cascade: boolean }
  | { readonly kind: "setQuery"; readonly query: Query; readonly text: string }
  | { readonly kind: "schemaBinding"; readonly mode: SchemaBinding };
/** What ALTER COLUMN changes of one column: exactly one thing, but for Hive's CHANGE, which states type, comment and place. */
export interface AlteredColumn {
  readonly column: Name;
  readonly type?: DataType;
  readonly comment?: string;
  /** SET and DROP NOT NULL. */
  readonly notNull?: boolean;
  readonly place?: ColumnPlace;
  readonly default?: { readonly expression: Expression; readonly text: string } | "drop";
}
export interface AddedColumn extends Omit<ColumnDefinition, "name"> {
  readonly name: Name;
  readonly place?: ColumnPlace;
}

// Views: lib/sql/parser/view.ts
export type SchemaBinding = "binding" | "compensation" | "typeEvolution" | "evolution";
export type ViewStatement =
  | {
      readonly kind: "createView";
      readonly name: Name;
      readonly replace: boolean;
      readonly temporary: boolean;
      readonly global: boolean;
      readonly ifNotExists: boolean;
      readonly columns?: readonly { readonly name: Identifier; readonly comment?: string }[];
      readonly comment?: string;
      readonly collation?: string;
      readonly properties?: readonly Property[];
      readonly schemaBinding?: SchemaBinding;
      readonly query: Query;
      /** The query's text as it stands in the statement. */
      readonly text: string;
    }
  /** `CREATE TEMPORARY VIEW v (schema) USING csv OPTIONS (...)`. */
  | {
      readonly kind: "createTempViewUsing";
      readonly name: Name;
      readonly replace: boolean;
      readonly global: boolean;
      readonly columns?: readonly ColumnDefinition[];
      readonly provider: string;
      readonly options: readonly Property[];
    }
  | { readonly kind: "dropView"; readonly name: Name; readonly ifExists: boolean };

// Schemas (databases, namespaces): lib/sql/parser/schema.ts
export type SchemaStatement =
  | {
      readonly kind: "createSchema";
      readonly name: Name;
      readonly ifNotExists: boolean;
      readonly comment?: string;
      readonly location?: string;
      readonly collation?: string;
      readonly properties?: readonly Property[];
    }
  | { readonly kind: "dropSchema"; readonly name: Name; readonly ifExists: boolean; readonly cascade: boolean }
  | {
      readonly kind: "alterSchema";
      readonly name: Name;
      readonly action:
        | { readonly kind: "setProperties"; readonly properties: readonly Property[] }
        | { readonly kind: "unsetProperties"; readonly keys: readonly string[]; readonly ifExists: boolean }
        | { readonly kind: "setLocation"; readonly location: string }
        | { readonly kind: "setCollation"; readonly collation: string };
    }
  | { readonly kind: "comment"; readonly on: "schema" | "table"; readonly name: Name; readonly comment: string | null }
  | { readonly kind: "use"; readonly name: Name; readonly schema: boolean }
  | { readonly kind: "setCatalog"; readonly name: Identifier | ComputedName | string };

// Functions: lib/sql/parser/function.ts
export interface FunctionParameter extends Span {
  readonly name: Identifier;
  readonly type: DataType;
  readonly notNull?: boolean;
  readonly default?: Expression;
  readonly defaultText?: string;
  readonly comment?: string;
  readonly generated?: true;
  readonly constraint?: true;
}
export type FunctionStatement =
  /** `body` is an expression (RETURN x) or a query; with `className` it is a JVM function, which is refused. */
  | {
      readonly kind: "createFunction";
      readonly name: Name;
      readonly replace: boolean;
      readonly temporary: boolean;
      readonly ifNotExists: boolean;
      readonly className?: string;
      readonly parameters?: readonly FunctionParameter[];
      readonly returns?:
        | { readonly kind: "type"; readonly type: DataType }
        | { readonly kind: "table"; readonly columns?: readonly FunctionParameter[] };
      readonly language?: string;
      readonly deterministic?: boolean;
      readonly comment?: string;
      readonly dataAccess?: "containsSql" | "readsSqlData";
      readonly body?: { readonly kind: "expression"; readonly expression: Expression } | { readonly kind: "query"; readonly query: Query };
      readonly bodyText?: string;
    }
  | { readonly kind: "dropFunction"; readonly name: Name; readonly temporary: boolean; readonly ifExists: boolean }
  | { readonly kind: "refreshFunction"; readonly name: Name };

// SHOW: lib/sql/parser/show.ts
export type ShowStatement =
  | { readonly kind: "showSchemas" | "showCatalogs"; readonly in?: Name; readonly pattern?: string }
  | { readonly kind: "showTables" | "showViews"; readonly in?: Name; readonly pattern?: string }
  | { readonly kind: "showTableExtended"; readonly in?: Name; readonly pattern: string; readonly partition?: readonly PartitionValue[] }
  | { readonly kind: "showColumns"; readonly table: Name; readonly in?: Name }
  | { readonly kind: "showPartitions"; readonly table: Name; readonly partition?: readonly PartitionValue[] }
  | { readonly kind: "showFunctions"; readonly scope?: "user" | "system" | "all"; readonly in?: Name; readonly pattern?: string }
  | { readonly kind: "showCreateTable"; readonly table: Name; readonly asSerde: boolean }
  | { readonly kind: "showProperties"; readonly table: Name; readonly key?: string }
  | { readonly kind: "showCurrentSchema" }
  | { readonly kind: "showCollations"; readonly pattern?: string };

// DESCRIBE and EXPLAIN: lib/sql/parser/describe.ts
export type DescribeStatement =
  | {
      readonly kind: "describeTable";
      readonly table: Name;
      readonly extended: boolean;
      readonly asJson: boolean;
      readonly partition?: readonly PartitionValue[];
      readonly column?: Name;
    }
  | { readonly kind: "describeQuery"; readonly query: Query }
  | { readonly kind: "describeFunction"; readonly name: Name; readonly extended: boolean }
  | { readonly kind: "describeSchema"; readonly name: Name; readonly extended: boolean }
  | { readonly kind: "describeCatalog"; readonly name: Name; readonly extended: boolean }
  | {
      readonly kind: "explain";
      readonly mode: "simple" | "extended" | "formatted" | "codegen" | "cost" | "logical";
      readonly statement: Statement;
    };

// The session: lib/sql/parser/session.ts
export type SessionStatement =
  /** `SET`, `SET -v`, `SET key`, `SET key = value` (the value as text, to the end). */
  | { readonly kind: "set"; readonly key?: string; readonly value?: string; readonly verbose?: boolean }
  | { readonly kind: "setTimeZone"; readonly value: Expression | "local" }
  | { readonly kind: "reset"; readonly key?: string }
  | {
      readonly kind: "declareVariable";
      readonly names: readonly Name[];
      readonly replace: boolean;
      readonly type?: DataType;
      readonly default?: Expression;
      readonly defaultText?: string;
    }
  | { readonly kind: "setVariable"; readonly names: readonly Name[]; readonly values: readonly Expression[] }
  | { readonly kind: "setVariableQuery"; readonly names: readonly Name[]; readonly query: Query }
  | { readonly kind: "dropVariable"; readonly name: Name; readonly ifExists: boolean }
  | {
      readonly kind: "executeImmediate";
      readonly statement: Expression;
      readonly into?: readonly Name[];
      readonly using?: readonly Expression[];
    }
  /** ADD, LIST and DELETE of jars, files and archives. */
  | { readonly kind: "resource"; readonly action: string; readonly text: string };

// Caches and statistics: lib/sql/parser/maintenance.ts
export type MaintenanceStatement =
  | {
      readonly kind: "cacheTable";
      readonly name: Name;
      readonly lazy: boolean;
      readonly options?: readonly Property[];
      readonly query?: Query;
    }
  | { readonly kind: "uncacheTable"; readonly name: Name; readonly ifExists: boolean }
  | { readonly kind: "clearCache" }
  | { readonly kind: "refreshTable"; readonly name: Name }
  | { readonly kind: "refreshPath"; readonly path: string }
  | {
      readonly kind: "analyzeTable";
      readonly table: Name;
      readonly partition?: readonly PartitionValue[];
      readonly noScan: boolean;
      readonly columns?: readonly Name[] | "all";
    }
  | { readonly kind: "analyzeTables"; readonly in?: Name; readonly noScan: boolean };
