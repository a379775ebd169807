import { aesFunctions } from "./aes.ts";
import { aggregates } from "./aggregate.ts";
import { approximateAggregates } from "./aggregate-approximate.ts";
import { averages } from "./aggregate-average.ts";
import { collectingAggregates } from "./aggregate-collect.ts";
import { histogramAggregates } from "./aggregate-histogram.ts";
import { percentileAggregates } from "./aggregate-percentile.ts";
import { statisticalAggregates } from "./aggregate-statistics.ts";
import { sums } from "./aggregate-sum.ts";
import { topKFunctions } from "./aggregate-top-k.ts";
import { arrayFunctions } from "./array.ts";
import { arrayEditFunctions } from "./array-edit.ts";
import { arraySetFunctions } from "./array-set.ts";
import { bitmapFunctions } from "./bitmap.ts";
import { bitwiseFunctions } from "./bitwise.ts";
import { bloomFilterFunctions } from "./bloom-filter.ts";
import { charVarcharFunctions } from "./char-varchar.ts";
import { collationFunctions } from "./collation.ts";
import { conditionalFunctions } from "./conditional.ts";
import { conversionFunctions } from "./conversion.ts";
import { csvFunctions } from "./csv.ts";
import { datetimeFunctions } from "./datetime.ts";
import { datetimeArithmetic } from "./datetime-arithmetic.ts";
import { datetimeMakeFunctions } from "./datetime-make.ts";
import { datetimeTextFunctions } from "./datetime-text.ts";
import { functionsElsewhere } from "./elsewhere.ts";
import type { FunctionEntry } from "./function.ts";
import { generatorFunctions } from "./generator.ts";
import { hashFunctions } from "./hash.ts";
import { intervalFunctions } from "./interval.ts";
import { jsonFunctions } from "./json.ts";
import { lambdaFunctions } from "./lambda.ts";
import { mapFunctions } from "./map.ts";
import { mapSortFunctions } from "./map-sort.ts";
import { mathFunctions } from "./math.ts";
import { miscFunctions } from "./misc.ts";
import { narrowDecimals } from "./narrow-decimal.ts";
import { withNullableResults } from "./nullable-results.ts";
import { operators } from "./operators.ts";
import { pandasFunctions } from "./pandas.ts";
import { predicates } from "./predicates.ts";
import { randomFunctions } from "./random.ts";
import { regexFunctions } from "./regex.ts";
import { roundingFunctions } from "./rounding.ts";
import { countMinSketches } from "./sketch-count-min.ts";
import { hllFunctions } from "./sketch-hll.ts";
import { kllFunctions } from "./sketch-kll.ts";
import { thetaFunctions } from "./sketch-theta.ts";
import { tupleFunctions } from "./sketch-tuple.ts";
import { stringFunctions } from "./string.ts";
import { stringCodeFunctions } from "./string-code.ts";
import { stringEncodingFunctions } from "./string-encoding.ts";
import { stringFormatFunctions } from "./string-format.ts";
import { structFunctions } from "./struct.ts";
import { subqueryFunctions } from "./subquery.ts";
import { timeFunctions } from "./time.ts";
import { timeBucketFunctions } from "./time-bucket.ts";
import { timeWindowFunctions } from "./time-window.ts";
import { urlFunctions } from "./url.ts";
import { variantFunctions } from "./variant.ts";
import { variantEditFunctions } from "./variant-edit.ts";
import { vectorFunctions } from "./vector.ts";
import { windowFunctions } from "./window.ts";
import { xmlFunctions } from "./xml/functions.ts";

/** Every function of Firecrest; a group a file. */
const groups: readonly (readonly FunctionEntry[])[] = [
  operators,
  narrowDecimals,
  subqueryFunctions,
  bloomFilterFunctions,
  predicates,
  conditionalFunctions,
  mathFunctions,
  roundingFunctions,
  stringFunctions,
  stringCodeFunctions,
  stringEncodingFunctions,
  stringFormatFunctions,
  charVarcharFunctions,
  collationFunctions,
  regexFunctions,
  hashFunctions,
  conversionFunctions,
  miscFunctions,
  aesFunctions,
  bitwiseFunctions,
  bitmapFunctions,
  aggregates,
  sums,
  averages,
  approximateAggregates,
  statisticalAggregates,
  pandasFunctions,
  collectingAggregates,
  percentileAggregates,
  histogramAggregates,
  topKFunctions,
  countMinSketches,
  windowFunctions,
  randomFunctions,
  arrayFunctions,
  arrayEditFunctions,
  arraySetFunctions,
  mapFunctions,
  mapSortFunctions,
  structFunctions,
  lambdaFunctions,
  datetimeFunctions,
  datetimeArithmetic,
  datetimeTextFunctions,
  datetimeMakeFunctions,
  timeFunctions,
  timeBucketFunctions,
  timeWindowFunctions,
  intervalFunctions,
  jsonFunctions,
  csvFunctions,
  urlFunctions,
  variantFunctions,
  variantEditFunctions,
  vectorFunctions,
  xmlFunctions,
  generatorFunctions,
  functionsElsewhere,
  hllFunctions,
  thetaFunctions,
  tupleFunctions,
  kllFunctions,
];

const byName = new Map<string, FunctionEntry>();
for (const entry of withNullableResults(groups.flat())) {
  for (const name of entry.names) {
    if (byName.has(name)) throw new TypeError(`two registry entries are named ${name}`);
    byName.set(name, entry);
  }
}

/** The entry of a function name in any case, or undefined. */
export const functionNamed = (name: string): FunctionEntry | undefined => byName.get(name.toLowerCase());

/** The same for the names that SQL text has: an internal entry is none of them. */
export function callableNamed(name: string): FunctionEntry | undefined {
  const entry = functionNamed(name);
  return entry?.internal ? undefined : entry;
}

/** The entry of a call that the analyzer resolved. */
export function entryOf(name: string): FunctionEntry {
  const entry = byName.get(name);
  if (!entry) throw new TypeError(`${name} is not in the function registry`);
  return entry;
}

/** All entries, internal ones too. */
export const allFunctions = (): readonly FunctionEntry[] => groups.flat();

/** Those that SQL text can name: for documentation and SHOW FUNCTIONS. */
export const callableFunctions = (): readonly FunctionEntry[] => allFunctions().filter(({ internal }) => !internal);
