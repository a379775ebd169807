/** Since when a setting is deprecated, and what to do. Source: Spark's SQLConf.deprecatedSQLConfigs. */
const deprecated: Readonly<Record<string, readonly [version: string, comment: string]>> = {
  "spark.connect.copyFromLocalToFs.allowDestLocal": ["4.0", "Use 'spark.sql.artifact.copyFromLocalToFs.allowDestLocal' instead."],
  "spark.sql.adaptive.coalescePartitions.minPartitionNum": ["3.2", "Use 'spark.sql.adaptive.coalescePartitions.minPartitionSize' instead."],
  "spark.sql.adaptive.shuffle.targetPostShuffleInputSize": ["3.0", "Use 'spark.sql.adaptive.advisoryPartitionSizeInBytes' instead of it."],
  "spark.sql.execution.arrow.enabled": ["3.0", "Use 'spark.sql.execution.arrow.pyspark.enabled' instead of it."],
  "spark.sql.execution.arrow.fallback.enabled": ["3.0", "Use 'spark.sql.execution.arrow.pyspark.fallback.enabled' instead of it."],
  "spark.sql.hive.convertCTAS": ["3.1", "Set 'spark.sql.legacy.createHiveTableByDefault' to false instead."],
  "spark.sql.legacy.allowZeroIndexInFormatString": [
    "4.0",
    'Increase indexes by 1 in `strfmt` of the `format_string` function. Refer to the first argument by "1$".',
  ],
  "spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName": [
    "2.4",
    "The config allows to switch to the behaviour before Spark 2.4 and will be removed in the future releases.",
  ],
  "spark.sql.legacy.parquet.datetimeRebaseModeInRead": ["3.2", "Use 'spark.sql.parquet.datetimeRebaseModeInRead' instead."],
  "spark.sql.legacy.replaceDatabricksSparkAvro.enabled": [
    "3.2",
    'Use `.format("avro")` in `DataFrameWriter` or `DataFrameReader` instead.',
  ],
  "spark.sql.optimizer.metadataOnly": [
    "3.0",
    "Avoid to depend on this optimization to prevent a potential correctness issue. If you must use, use 'SparkSessionExtensions' instead to inject it as a custom rule.",
  ],
  "spark.sql.parser.escapedStringLiterals": ["4.0", "Use raw string literals with the `r` prefix instead. "],
  "spark.sql.sources.schemaStringLengthThreshold": ["3.2", "Use 'spark.sql.hive.tablePropertyLengthThreshold' instead."],
};

/** Settings that mean nothing to a client of Spark Connect. */
const withoutMeaning: ReadonlySet<string> = new Set([
  "spark.sql.execution.arrow.enabled",
  "spark.sql.execution.arrow.fallback.enabled",
  "spark.sql.execution.arrow.pyspark.enabled",
  "spark.sql.execution.arrow.pyspark.fallback.enabled",
]);

/** What a client is warned of when it sets a key. */
export function settingWarning(key: string): string | undefined {
  if (withoutMeaning.has(key)) return `The SQL config '${key}' is NOT supported in Spark Connect`;
  const [version, comment] = Object.hasOwn(deprecated, key) ? deprecated[key]! : [];
  return version && `The SQL config '${key}' has been deprecated in Spark v${version} and may be removed in the future. ${comment}`;
}
