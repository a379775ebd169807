/** PySpark's PythonEvalType: how a worker calls a function. Source: org.apache.spark.api.python.PythonEvalType. */
export const PYTHON = {
  batched: 100,
  arrowBatched: 101,
  scalarPandas: 200,
  groupedMapPandas: 201,
  groupedAggregatePandas: 202,
  windowAggregatePandas: 203,
  scalarPandasIter: 204,
  mapPandasIter: 205,
  cogroupedMapPandas: 206,
  mapArrowIter: 207,
  groupedMapArrow: 209,
  cogroupedMapArrow: 210,
  groupedMapPandasIter: 216,
  groupedMapArrowIter: 215,
  groupedAggregatePandasIter: 217,
  scalarArrow: 250,
  scalarArrowIter: 251,
  groupedAggregateArrow: 252,
  windowAggregateArrow: 253,
  groupedAggregateArrowIter: 254,
  table: 300,
  arrowTable: 301,
  arrowUdtf: 302,
} as const;

const SCALAR: ReadonlySet<number> = new Set([
  PYTHON.batched,
  PYTHON.arrowBatched,
  PYTHON.scalarPandas,
  PYTHON.scalarPandasIter,
  PYTHON.scalarArrow,
  PYTHON.scalarArrowIter,
]);
const AGGREGATE: ReadonlySet<number> = new Set([
  PYTHON.groupedAggregatePandas,
  PYTHON.groupedAggregateArrow,
  PYTHON.groupedAggregatePandasIter,
  PYTHON.groupedAggregateArrowIter,
]);

/** A value for each row. */
export const isScalarPython = (evalType: number): boolean => SCALAR.has(evalType);
/** A value for each group. */
export const isAggregatePython = (evalType: number): boolean => AGGREGATE.has(evalType);
/** Functions over iterators run alone: what one reads ahead another may not have. */
export const isIteratorPython = (evalType: number): boolean => evalType === PYTHON.scalarPandasIter || evalType === PYTHON.scalarArrowIter;
/** The type that a grouped aggregate has over a window. */
export const windowPython = (evalType: number): number =>
  evalType === PYTHON.groupedAggregateArrow ? PYTHON.windowAggregateArrow : PYTHON.windowAggregatePandas;
