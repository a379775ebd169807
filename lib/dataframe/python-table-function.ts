import { checkArgumentNames } from "../engine/analyzer/named-arguments.ts";
import { AnalysisError } from "../engine/errors.ts";
import type { Expression, UserFunction } from "../engine/expressions/expression.ts";
import { sqlId } from "../engine/expressions/quoting.ts";
import type { LateralView, LogicalPlan } from "../engine/logical/plan.ts";
import type { PythonEvaluation, TableInput } from "../engine/logical/python.ts";
import { type StructType, structType } from "../engine/types/data-type.ts";

/** A table function in Python, with the columns that it gives. */
export interface PythonTableFunction {
  readonly function: UserFunction;
  readonly schema: StructType;
  /** What its `analyze` gave, pickled, in base64. */
  readonly analyzed?: string;
}
/** The same before its `analyze` has said what columns it gives. */
export interface RegisteredTableFunction {
  readonly function: UserFunction;
  readonly schema?: StructType;
}

const oneRow: LogicalPlan = { kind: "oneRow" };

/** The rows of a table function, of constants or of a table. A star among the arguments is the table. */
export function tableEvaluation(called: PythonTableFunction, args: readonly Expression[], input?: TableInput): PythonEvaluation {
  const { plan = oneRow, partitionBy = [], orderBy = [], single, select } = input ?? {};
  if (orderBy.length > 0 && partitionBy.length === 0 && !single)
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: "ORDER BY of a table argument without PARTITION BY",
      advice: "Add WITH SINGLE PARTITION, or PARTITION BY.",
    });
  return evaluation(called, args, plan, { partitionBy, orderBy, ...(single ? { single } : {}), ...(select ? { select } : {}) });
}

/** Each row of a plan beside the rows that the function gives for it: LATERAL. */
export function besideRows(called: PythonTableFunction, args: readonly Expression[], view: LateralView): LogicalPlan {
  const { outer, table, columns, child } = view;
  const { fields } = called.schema;
  if (columns && columns.length !== fields.length)
    throw new AnalysisError("UDTF_ALIAS_NUMBER_MISMATCH", { aliasesSize: String(fields.length), aliasesNames: columns.join(",") });
  const schema = columns ? structType(fields.map((field, i) => ({ ...field, name: columns[i]! }))) : called.schema;
  if (outer) {
    const right = tableEvaluation({ ...called, schema }, args);
    return { kind: "join", type: "left", lateral: true, left: child, right: table === undefined ? right : { ...right, qualifier: table } };
  }
  const made = evaluation({ ...called, schema }, args, child, { partitionBy: [], orderBy: [], passes: true });
  return table === undefined ? made : { ...made, qualifier: table };
}

function evaluation(
  called: PythonTableFunction,
  args: readonly Expression[],
  child: LogicalPlan,
  { partitionBy, orderBy, single, passes, select }: Omit<TableInput, "plan"> & { readonly passes?: true },
): PythonEvaluation {
  checkArgumentNames(args, sqlId([called.function.name]));
  const table = args.findIndex((arg) => (arg.kind === "namedArgument" ? arg.value : arg).kind === "unresolvedStar");
  return {
    kind: "python",
    form: "table",
    calls: [
      {
        functions: [called.function],
        args: args.map((arg, i) => ({ offset: partitionBy.length + i, ...(arg.kind === "namedArgument" ? { name: arg.name } : {}) })),
      },
    ],
    sides: [
      {
        inputs: [...partitionBy, ...args.map((arg) => (arg.kind === "namedArgument" ? arg.value : arg))],
        keys: partitionBy.length,
        order: orderBy,
      },
    ],
    table: {
      name: called.function.name,
      partitionIndexes: [],
      tableArguments: table < 0 ? [] : [partitionBy.length + table],
      ...(called.analyzed === undefined ? {} : { analyzed: called.analyzed }),
      ...(single ? { single } : {}),
      ...(passes ? { passes } : {}),
    },
    ...(select ? { select } : {}),
    schema: called.schema,
    children: [child],
  };
}
