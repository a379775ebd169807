/** A package of PySpark whose modules have doctests. */
export interface Modules {
  readonly folder: string;
  /** Each module with how many of its docstrings a server of Spark's own passes, where that was counted. */
  readonly modules: Readonly<Record<string, number | undefined>>;
}

/** Counted with PySpark 4.2.0. */
export const clientModules: Modules = {
  folder: "pyspark.sql.connect",
  modules: {
    "functions.builtin": 518,
    dataframe: 118,
    column: 36,
    group: 15,
    window: 5,
    readwriter: undefined,
    catalog: undefined,
    conf: undefined,
    session: undefined,
    tvf: undefined,
    observation: undefined,
    merge: undefined,
    "functions.partitioning": undefined,
  },
};

/** Without plots and MLflow, which need more packages than the API does. */
export const pandasModules: Modules = {
  folder: "pyspark.pandas",
  modules: {
    frame: undefined,
    series: undefined,
    generic: undefined,
    groupby: undefined,
    "indexes.base": undefined,
    strings: undefined,
    namespace: undefined,
    window: undefined,
    base: undefined,
    "typedef.typehints": undefined,
    "spark.accessors": undefined,
    internal: undefined,
    "indexes.multi": undefined,
    indexing: undefined,
    accessors: undefined,
    "indexes.category": undefined,
    utils: undefined,
    "indexes.datetimes": undefined,
    datetimes: undefined,
    resample: undefined,
    categorical: undefined,
    sql_processor: undefined,
    extensions: undefined,
    sql_formatter: undefined,
    config: undefined,
    "spark.utils": undefined,
  },
};
