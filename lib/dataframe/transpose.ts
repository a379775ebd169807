import { tightestCommonType } from "../engine/analyzer/common-type.ts";
import { AnalysisError } from "../engine/errors.ts";
import type { Expression } from "../engine/expressions/expression.ts";
import { sqlTypeOf } from "../engine/expressions/quoting.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import { readSettings } from "../engine/settings.ts";
import { type DataType, isAtomic, type StructField, stringType, structField, structType } from "../engine/types/data-type.ts";
import { Column, fieldExpression } from "./column.ts";
import { localRelation } from "./create-dataframe.ts";
import type { DataFrame } from "./dataframe.ts";

/** The name of the column that holds the names of the columns that became rows. */
const KEY = "key";
const MOST_ROWS = "spark.sql.transposeMaxValues";

/** Rows to columns and columns to rows, over the rows as they are now. Source: Spark's ResolveTranspose. */
export async function transposed<T>(df: DataFrame<T>, indexColumns: readonly Expression[]): Promise<LogicalPlan> {
  if (indexColumns.length > 1) throw invalidIndex("Only one index column is supported.");
  const { fields } = await df.schema();
  if (fields.length === 0) return localRelation([], structType([]));
  const index = await indexOf(df, fields, indexColumns[0]);
  if (!isAtomic(index.dataType)) throw invalidIndex(`Index column must be of atomic type, but found: ${index.dataType.kind}`);
  const others = fields.filter((field) => field !== index);
  const type = commonOf(others, df);
  const rows = await rowsOf(df, index, others, type);
  const names = [KEY, ...rows.map((row) => String(row[0]))];
  const columns = names.map((_, i) => structField(`_${i}`, i === 0 ? stringType : type, i > 0));
  const matrix = others.map((field, i) => [field.name, ...rows.map((row) => row[i + 1])]);
  return { kind: "toNames", names, child: localRelation(matrix, structType(columns)) };
}

const invalidIndex = (reason: string) => new AnalysisError("TRANSPOSE_INVALID_INDEX_COLUMN", { reason });

/** The first column where none is given. */
async function indexOf<T>(df: DataFrame<T>, fields: readonly StructField[], index: Expression | undefined): Promise<StructField> {
  if (!index) return fields[0]!;
  const [named] = (await df.select(new Column<unknown, string>(index) as never).schema()).fields;
  const found = index.kind === "unresolvedAttribute" ? fields.find(({ name }) => name === named!.name) : undefined;
  if (!found) throw invalidIndex("Index column must be an atomic attribute");
  return found;
}

function commonOf<T>(fields: readonly StructField[], { sparkSession }: DataFrame<T>): DataType {
  const { session } = readSettings(sparkSession.conf.forEngine());
  const [first, ...rest] = fields.map(({ dataType }) => dataType);
  if (!first) return stringType;
  return rest.reduce((common, next) => {
    const found = tightestCommonType(common, next, session);
    if (!found) throw new AnalysisError("TRANSPOSE_NO_LEAST_COMMON_TYPE", { dt1: sqlTypeOf(common), dt2: sqlTypeOf(next) });
    return found;
  }, first);
}

/** The index as text and the other columns, in the order of the index. */
async function rowsOf<T>(df: DataFrame<T>, index: StructField, others: readonly StructField[], type: DataType): Promise<unknown[][]> {
  const most = Number(df.sparkSession.conf.get(MOST_ROWS, "500"));
  const key = new Column(fieldExpression(index.name));
  const columns = [
    key.cast(stringType).as("_0"),
    ...others.map(({ name }, i) => new Column(fieldExpression(name)).cast(type).as(`_${i + 1}`)),
  ];
  const rows = await df
    .filter(key.isNotNull())
    .sort(key as never)
    .select(...(columns as never[]))
    .limit(most + 1)
    .collect();
  if (rows.length > most) throw new AnalysisError("TRANSPOSE_EXCEED_ROW_LIMIT", { maxValues: String(most), config: MOST_ROWS });
  return rows.map((row) => columns.map((_, i) => (row as Readonly<Record<string, unknown>>)[`_${i}`]));
}
