import { unsupported } from "./unsupported.ts";

/** Members of PySpark's that Firecrest does not have, with what to do instead. */
interface Refused {
  readonly methods: Readonly<Record<string, string>>;
  readonly properties?: Readonly<Record<string, string>>;
}

const STREAMS = "Streams come later.";
const TABLES = "Write tables with df.writeTo(name) and df.write.saveAsTable(name).";

export const REFUSED = {
  DataFrame: {
    methods: {
      asTable: "Use mapInArrow.",
      dropDuplicatesWithinWatermark: STREAMS,
      foreachPartition: "Use foreach, or mapInArrow, which runs in the tasks.",
      mapInPandas: "Use mapInArrow.",
      mergeInto: TABLES,
      metadataColumn: "Use functions.input_file_name.",
      nearestByJoin: "Use a join and row_number over a window.",
      pandas_api: "Use the DataFrame API.",
      registerTempTable: "Use createOrReplaceTempView.",
      repartitionById: "Use repartition.",
      toPandas: "Use toArrow or collect.",
      withWatermark: STREAMS,
      zipWithIndex: "Use row_number over a window.",
    },
    properties: {
      executionInfo: "The command line shows a job's metrics.",
      plot: "Collect the rows and draw them.",
      rdd: "Use the DataFrame API.",
      storageLevel: "Where rows are kept is the backend's choice.",
      writeStream: STREAMS,
    },
  },
  DataFrameReader: {
    methods: {
      changes: "Read a file format.",
      jdbc: "Export to parquet, csv or json.",
      orc: "Use parquet.",
    },
  },
  DataFrameWriterV2: {
    methods: { overwrite: "Use overwritePartitions, or INSERT OVERWRITE.", clusterBy: "Use partitionedBy." },
  },
  DataFrameWriter: {
    methods: {
      clusterBy: "Use partitionBy, or repartition before writing.",
      jdbc: "Write parquet, csv or json.",
      orc: "Use parquet.",
    },
  },
  SparkSession: {
    methods: {
      addArtifacts: "Bundle what a function needs with the job.",
      addTag: "Cancel with an AbortSignal.",
      copyFromLocalToFs: "Use the file system's own functions.",
      interruptAll: "Cancel with an AbortSignal.",
      interruptTag: "Cancel with an AbortSignal.",
    },
    properties: {
      dataSource: "Use one of the built-in formats.",
      readStream: STREAMS,
      sparkContext: "Use the DataFrame API.",
      streams: STREAMS,
      tvf: "Use functions.explode and its kin in select.",
      udtf: "Use functions.explode over a function that gives an array.",
    },
  },
} as const satisfies Readonly<Record<string, Refused>>;

/** Makes the members that a class lacks throw FIRECREST_UNSUPPORTED, with their names, rather than a TypeError of JavaScript's. */
export function refuse(prototype: object, name: keyof typeof REFUSED): void {
  const { methods, properties = {} }: Refused = REFUSED[name];
  for (const [member, advice] of Object.entries(methods)) {
    const value = () => {
      throw unsupported(`${name}.${member}`, advice);
    };
    Object.defineProperty(prototype, member, { value });
  }
  for (const [member, advice] of Object.entries(properties)) {
    const get = () => {
      throw unsupported(`${name}.${member}`, advice);
    };
    Object.defineProperty(prototype, member, { get });
  }
}
