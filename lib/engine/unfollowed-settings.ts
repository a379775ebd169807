import { AnalysisError } from "./errors.ts";

/** A setting of Spark's that changes answers, and that Firecrest follows with these values only. */
interface Unfollowed {
  readonly values: readonly string[];
  /** What another value would change. */
  readonly changes: string;
}
const only = (value: string, changes: string): Unfollowed => ({ values: [value], changes });
const rebased: Unfollowed = { values: ["corrected", "exception"], changes: "dates and times before 1582" };
const PADDED = "the blanks at the end of CHAR values";

/** By key; Spark's defaults. To leave such a setting aside would give other rows than Spark gives. Source: Spark's SQLConf. */
const UNFOLLOWED: Readonly<Record<string, Unfollowed>> = {
  "spark.sql.charAsVarchar": only("false", PADDED),
  "spark.sql.csv.parser.columnPruning.enabled": only("true", "which lines of CSV are malformed"),
  "spark.sql.defaultColumn.useNullsForMissingDefaultValues": only("true", "inserts of fewer columns than the table has"),
  "spark.sql.icu.caseMappings.enabled": only("true", "upper(), lower() and initcap() of some letters"),
  "spark.sql.json.enableExactStringParsing": only("true", "texts read from JSON objects"),
  "spark.sql.json.enablePartialResults": only("true", "what is read from malformed JSON"),
  "spark.sql.jsonGenerator.ignoreNullFields": only("true", "NULL fields in JSON"),
  "spark.sql.legacy.allowNegativeScaleOfDecimal": only("false", "the types of decimals"),
  "spark.sql.legacy.allowNullComparisonResultInArraySort": only("false", "array_sort() by a function that gives NULL"),
  "spark.sql.legacy.castComplexTypesToString.enabled": only("false", "arrays, maps and structs as texts"),
  "spark.sql.legacy.charVarcharAsString": only("false", "the lengths of CHAR and VARCHAR values"),
  "spark.sql.legacy.collationAwareHashFunctions": only("false", "hashes of texts with a collation"),
  "spark.sql.legacy.createEmptyCollectionUsingStringType": only("false", "the types of array() and map()"),
  "spark.sql.legacy.csv.enableDateTimeParsingFallback": only("false", "dates and times read from CSV"),
  "spark.sql.legacy.decimal.retainFractionDigitsOnTruncate": only("false", "the types of decimal results"),
  "spark.sql.legacy.disableMapKeyNormalization": only("false", "maps with the keys 0.0 and -0.0"),
  "spark.sql.legacy.doLooseUpcast": only("false", "conversions to a given schema"),
  "spark.sql.legacy.followThreeValuedLogicInArrayExists": only("true", "exists() of arrays with NULL"),
  "spark.sql.legacy.fromDayTimeString.enabled": only("false", "intervals read from texts"),
  "spark.sql.legacy.groupingIdWithAppendedUserGroupBy": only("false", "grouping_id()"),
  "spark.sql.legacy.histogramNumericPropagateInputType": only("true", "the type of histogram_numeric()"),
  "spark.sql.legacy.integerGroupingId": only("false", "the type of grouping_id()"),
  "spark.sql.legacy.json.allowEmptyString.enabled": only("false", "empty texts in JSON"),
  "spark.sql.legacy.json.enableDateTimeParsingFallback": only("false", "dates and times read from JSON"),
  "spark.sql.legacy.keepPartitionSpecAsStringLiteral": only("false", "the values of PARTITION"),
  "spark.sql.legacy.literal.pickMinimumPrecision": only("true", "the types of decimals beside literals"),
  "spark.sql.legacy.noCharPaddingInPredicate": only("false", PADDED),
  "spark.sql.legacy.nullValueWrittenAsQuotedEmptyStringCsv": only("false", "NULL values in CSV"),
  "spark.sql.legacy.parquet.nanosAsLong": only("false", "times in nanoseconds read from Parquet"),
  "spark.sql.legacy.parseNullPartitionSpecAsStringLiteral": only("false", "PARTITION (column = NULL)"),
  "spark.sql.legacy.scalarSubqueryAllowGroupByNonEqualityCorrelatedPredicate": only("false", "which scalar subqueries there are"),
  "spark.sql.legacy.scalarSubqueryCountBugBehavior": only("false", "scalar subqueries that count"),
  "spark.sql.legacy.sizeOfNull": only("true", "size() of NULL"),
  "spark.sql.legacy.statisticalAggregate": only("false", "stddev(), variance() and their like of one value"),
  "spark.sql.legacy.truncateForEmptyRegexSplit": only("false", "split() by an empty pattern"),
  "spark.sql.legacy.typeCoercion.datetimeToString.enabled": only("false", "comparisons of dates and times with texts"),
  "spark.sql.legacy.useCurrentConfigsForView": only("false", "the settings that a view's query means"),
  "spark.sql.legacy.viewSchemaBindingMode": only("true", "WITH SCHEMA of views"),
  "spark.sql.optimizer.decorrelateExistsSubqueryLegacyIncorrectCountHandling.enabled": only("false", "EXISTS of queries that count"),
  "spark.sql.optimizer.decorrelateSubqueryLegacyIncorrectCountHandling.enabled": only("false", "subqueries that count"),
  "spark.sql.parquet.binaryAsString": only("false", "binary columns of Parquet files"),
  "spark.sql.parquet.datetimeRebaseModeInRead": rebased,
  "spark.sql.parquet.datetimeRebaseModeInWrite": rebased,
  "spark.sql.parquet.fieldId.read.enabled": only("false", "which columns of Parquet files are read"),
  "spark.sql.parquet.inferTimestampNTZ.enabled": only("true", "the types of Parquet columns"),
  "spark.sql.parquet.int96RebaseModeInRead": rebased,
  "spark.sql.parquet.int96RebaseModeInWrite": rebased,
  "spark.sql.parquet.int96TimestampConversion": only("false", "times of Parquet files written by Impala"),
  "spark.sql.parquet.mergeSchema": only("false", "the columns of Parquet files that differ"),
  "spark.sql.preserveCharVarcharTypeInfo": only("false", "the types CHAR and VARCHAR"),
  "spark.sql.readSideCharPadding": only("true", PADDED),
  "spark.sql.variant.allowDuplicateKeys": only("false", "variants of JSON with a key twice"),
};

/** Throws FIRECREST_UNSUPPORTED for a setting whose value would be ignored, where that gives other answers. */
export function refuseUnfollowed(conf: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(conf)) {
    const known = Object.hasOwn(UNFOLLOWED, key) ? UNFOLLOWED[key] : undefined;
    if (known && !known.values.includes(value.trim().toLowerCase()))
      throw new AnalysisError("FIRECREST_UNSUPPORTED", {
        feature: `The setting ${key} with the value ${value}`,
        advice: `It changes ${known.changes}. Leave it at ${known.values[0]}.`,
      });
  }
}
