import { parseBytes } from "./byte-size.ts";
import { AnalysisError } from "./errors.ts";
import type { SessionSettings } from "./functions/function.ts";
import { zoneId } from "./functions/session-time.ts";
import { excludedRules } from "./optimizer/optimize.ts";
import { type BloomFilterSettings, defaultOptimizerSettings, type OptimizerSettings } from "./optimizer/settings.ts";
import { binaryStyleOf } from "./types/hive-text.ts";
import { refuseUnfollowed } from "./unfollowed-settings.ts";

/** A session's settings by Spark's keys. */
export type Conf = Readonly<Record<string, string>>;

/** What the engine honours of a session's settings. Absent where the backend decides. */
export interface EngineSettings {
  readonly session: SessionSettings;
  readonly shufflePartitions?: number;
  readonly parallelism?: number;
  readonly splitBytes?: number;
  readonly optimizer: OptimizerSettings;
  /** Blocks of a shuffle from which on it is combined. */
  readonly combineAbove?: number;
  readonly excludedRules: ReadonlySet<string>;
  readonly maxTaskFailures?: number;
  /** An overwrite replaces only the partitions that it writes to. */
  readonly dynamicOverwrite: boolean;
}

const PARTITIONS = "spark.sql.shuffle.partitions";
/** Spark's default of them. */
const SPARK_PARTITIONS = 200;
/** More partitions than this make a job that no coordinator can hold. */
const MOST_PARTITIONS = 100_000;

/** Throws AnalysisError: INVALID_CONF_VALUE for a value that Spark would not take either, FIRECREST_UNSUPPORTED for one that is not followed. */
export function readSettings(conf: Conf): EngineSettings {
  refuseUnfollowed(conf);
  const shufflePartitions = wholeNumber(conf, PARTITIONS, 1, MOST_PARTITIONS);
  const parallelism = wholeNumber(conf, "spark.default.parallelism", 1, MOST_PARTITIONS);
  const combineAbove = wholeNumber(conf, "spark.firecrest.shuffle.combineAbove", 1, Number.MAX_SAFE_INTEGER);
  const splitBytes = byteSize(conf, "spark.sql.files.maxPartitionBytes");
  const maxTaskFailures = wholeNumber(conf, "spark.task.maxFailures", 1, 1_000);
  return {
    session: {
      timeZone: timeZone(conf),
      ansi: flag(conf, "spark.sql.ansi.enabled", true),
      caseSensitive: flag(conf, "spark.sql.caseSensitive", false),
      ...(option(conf, "spark.sql.timestampType", ["TIMESTAMP_NTZ", "TIMESTAMP_LTZ"]) === "TIMESTAMP_NTZ" ? { timestampNtz: true } : {}),
      ...given("timeParser", timeParser(conf)),
      ...(flag(conf, "spark.sql.legacy.interval.enabled", false) ? { calendarIntervals: true } : {}),
      ...(flag(conf, "spark.sql.groupByAliases", true) ? {} : { groupByAliases: false }),
      ...(flag(conf, "spark.sql.lateralColumnAlias.enableImplicitResolution", true) ? {} : { lateralAliases: false }),
      ...(flag(conf, "spark.sql.ansi.enabled", true) && flag(conf, "spark.sql.ansi.enforceReservedKeywords", false)
        ? { reservedKeywords: true }
        : {}),
      ...(option(conf, "spark.sql.mapKeyDedupPolicy", ["EXCEPTION", "LAST_WIN"]) === "LAST_WIN" ? { lastMapKeyWins: true } : {}),
      ...(flag(conf, "spark.sql.legacy.percentileDiscCalculation", false) ? { lowerPercentiles: true } : {}),
      ...(flag(conf, "spark.sql.legacy.javaCharsets", false) ? { javaCharsets: true } : {}),
      ...(flag(conf, "spark.sql.legacy.codingErrorAction", false) ? { replacesCharacters: true } : {}),
      ...(flag(conf, "spark.sql.legacy.negativeIndexInArrayInsert", false) ? { insertsBeforeNegative: true } : {}),
      ...(flag(conf, "spark.sql.legacy.lpadRpadAlwaysReturnString", false) ? { padsTexts: true } : {}),
      ...(flag(conf, "spark.sql.function.concatBinaryAsString", false) ? { concatsTexts: true } : {}),
      ...(flag(conf, "spark.sql.function.eltOutputAsString", false) ? { choosesTexts: true } : {}),
      ...(flag(conf, "spark.sql.legacy.allowParameterlessCount", false) ? { countsNothing: true } : {}),
      ...(flag(conf, "spark.sql.legacy.allowStarWithSingleTableIdentifierInCount", false) ? { countsColumnsOfStars: true } : {}),
      ...(flag(conf, "spark.sql.prioritizeOrdinalResolutionInSort.enabled", true) ? {} : { positionsLast: true }),
      ...(flag(conf, "spark.sql.legacy.nullInEmptyListBehavior", !flag(conf, "spark.sql.ansi.enabled", true))
        ? { nullInNothing: true }
        : {}),
      ...(flag(conf, "spark.sql.optimizer.optimizeUncorrelatedInSubqueriesInJoinCondition.enabled", true) ? {} : { threeValuedIn: true }),
      ...(flag(conf, "spark.sql.optimizer.scalarSubqueryUseSingleJoin", true) ? {} : { aggregatedScalars: true }),
      ...given("binaryStyle", binaryStyleOf(conf)),
      ...given("cteRecursionLevelLimit", limit(conf, "spark.sql.cteRecursionLevelLimit")),
      ...given("cteRecursionRowLimit", limit(conf, "spark.sql.cteRecursionRowLimit")),
    },
    optimizer: optimizerSettings(conf),
    dynamicOverwrite: option(conf, "spark.sql.sources.partitionOverwriteMode", ["STATIC", "DYNAMIC"]) === "DYNAMIC",
    excludedRules: excludedRules(conf["spark.sql.optimizer.excludedRules"]),
    ...(shufflePartitions === undefined ? {} : { shufflePartitions }),
    ...(parallelism === undefined ? {} : { parallelism }),
    ...(combineAbove === undefined ? {} : { combineAbove }),
    ...(splitBytes === undefined ? {} : { splitBytes }),
    ...(maxTaskFailures === undefined ? {} : { maxTaskFailures }),
  };
}

function optimizerSettings(conf: Conf): OptimizerSettings {
  const { broadcastThreshold, joinReorder, bloomFilter } = defaultOptimizerSettings;
  const reorders = flag(conf, "spark.sql.cbo.enabled", joinReorder.enabled);
  return {
    broadcastThreshold: byteSize(conf, "spark.sql.autoBroadcastJoinThreshold") ?? broadcastThreshold,
    joinReorder: {
      enabled: flag(conf, "spark.sql.cbo.joinReorder.enabled", joinReorder.enabled) && reorders,
      mostRelations: wholeNumber(conf, "spark.sql.cbo.joinReorder.dp.threshold", 1, 2 ** 31 - 1) ?? joinReorder.mostRelations,
    },
    bloomFilter: bloomFilterSettings(conf, bloomFilter),
    ...(flag(conf, "spark.firecrest.rowOrder", false)
      ? { rowOrder: wholeNumber(conf, PARTITIONS, 1, MOST_PARTITIONS) ?? SPARK_PARTITIONS }
      : {}),
  };
}

function bloomFilterSettings(conf: Conf, defaults: BloomFilterSettings): BloomFilterSettings {
  const key = (name: keyof BloomFilterSettings) => `spark.sql.optimizer.runtime.bloomFilter.${name}`;
  const bytes = (name: "creationSideThreshold" | "applicationSideScanSizeThreshold") => byteSize(conf, key(name)) ?? defaults[name];
  const count = (name: "expectedNumItems" | "numBits" | "maxNumItems" | "maxNumBits") =>
    wholeNumber(conf, key(name), 1, Number.MAX_SAFE_INTEGER, "long") ?? defaults[name];
  return {
    enabled: flag(conf, key("enabled"), defaults.enabled),
    creationSideThreshold: bytes("creationSideThreshold"),
    applicationSideScanSizeThreshold: bytes("applicationSideScanSizeThreshold"),
    expectedNumItems: count("expectedNumItems"),
    numBits: count("numBits"),
    maxNumItems: count("maxNumItems"),
    maxNumBits: count("maxNumBits"),
    mostFilters: wholeNumber(conf, "spark.sql.optimizer.runtimeFilter.number.threshold", 0, 2 ** 31 - 1) ?? defaults.mostFilters,
  };
}

function invalid(confName: string, confValue: string, confRequirement: string): never {
  throw new AnalysisError("INVALID_CONF_VALUE.REQUIREMENT", { confName, confValue, confRequirement });
}

/** A value of another type, in the words of Spark's ConfigBuilder. */
function mismatch(confName: string, confValue: string, confType: string): never {
  throw new AnalysisError("INVALID_CONF_VALUE.TYPE_MISMATCH", { confName, confValue, confType });
}

/** One of some words, in any case. */
function option<W extends string>(conf: Conf, key: string, options: readonly W[]): W | undefined {
  const text = conf[key];
  if (text === undefined) return undefined;
  const found = options.find((word) => word === text.trim().toUpperCase());
  if (found !== undefined) return found;
  throw new AnalysisError("INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS", {
    confName: key,
    confValue: text,
    confOptions: options.join(", "),
  });
}

function timeParser(conf: Conf): "LEGACY" | "EXCEPTION" | undefined {
  const policy = option(conf, "spark.sql.legacy.timeParserPolicy", ["EXCEPTION", "LEGACY", "CORRECTED"]);
  return policy === "CORRECTED" ? undefined : policy;
}

function timeZone(conf: Conf): string {
  const key = "spark.sql.session.timeZone";
  const zone = conf[key] ?? "UTC";
  try {
    return zoneId(zone);
  } catch {
    throw new AnalysisError("INVALID_CONF_VALUE.TIME_ZONE", { confName: key, confValue: zone });
  }
}

function flag(conf: Conf, key: string, otherwise: boolean): boolean {
  const text = conf[key];
  if (text === undefined) return otherwise;
  const value = text.trim().toLowerCase();
  if (value !== "true" && value !== "false") mismatch(key, text, "boolean");
  return value === "true";
}

/** A bound on a count, or -1 for none. */
const limit = (conf: Conf, key: string): number | undefined => (conf[key]?.trim() === "-1" ? -1 : wholeNumber(conf, key, 0, 2 ** 31 - 1));

const given = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });

function wholeNumber(conf: Conf, key: string, least: number, most: number, type = "int"): number | undefined {
  const text = conf[key];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\s*[+-]?\d+\s*$/.test(text)) mismatch(key, text, type);
  if (value < least && key === PARTITIONS) invalid(key, text, `The value of ${key} must be positive`);
  if (value < least || value > most) invalid(key, text, `It has to be a whole number from ${least} to ${most}.`);
  return value;
}

function byteSize(conf: Conf, key: string): number | undefined {
  const text = conf[key];
  return text === undefined ? undefined : (parseBytes(text) ?? mismatch(key, text, "bytes in BYTE"));
}
