import * as t from "../types/data-type.ts";
import { constantOf, requireConstant, valueOutOfRange } from "./constant.ts";
import { aggregate } from "./define-aggregate.ts";
import { type AggregateFunction, any, type FunctionEntry, of, orderable, takes } from "./function.ts";

const MOST_VALUES = 100_000;

/** Values of the rows that another value ranks first, in its order; NULLs of that one count for nothing. Source: `k` of PySpark 4.2's max_by. */
const valuesBy = (name: string, called: string, doc: string, duckdb: string): AggregateFunction =>
  aggregate(
    name,
    doc,
    takes(any, orderable, of(t.integerType)),
    ([type]) => t.arrayType(type!),
    (apply, [value, order, k]) => `list_transform(coalesce(${apply(duckdb, `{v: ${value}}`, order!, k!)}, []), lambda e: e.v)`,
    {
      nullable: false,
      internal: true,
      check: (args) => {
        requireConstant(called, args, 2, "k");
        const k = Number(constantOf(args[2]!));
        if (k >= 1 && k <= MOST_VALUES) return args;
        throw valueOutOfRange(called, args, "k", `[1, ${MOST_VALUES}]`, String(k));
      },
    },
  );

export const topByFunctions: readonly FunctionEntry[] = [
  valuesBy("max_values_by", "max_by", "Returns values of the rows with the greatest second arguments.", "arg_max"),
  valuesBy("min_values_by", "min_by", "Returns values of the rows with the least second arguments.", "arg_min"),
];
