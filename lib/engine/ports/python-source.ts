/** What a data source in Python is asked outside of tasks, by the methods that Spark's planner calls. Bytes are in base64, pickled. */
export type PythonSourceRequest = SourceSurroundings &
  (
    | {
        /** What columns it gives, and in which parts it is read. */
        readonly ask: "read";
        readonly source: string;
        readonly provider: string;
        readonly options: Readonly<Record<string, string>>;
        /** Spark's JSON of the columns that the user gave. */
        readonly schema?: string;
        readonly batchRows: number;
        readonly binaryAsBytes: boolean;
      }
    | {
        /** How rows of these columns are written. */
        readonly ask: "write";
        readonly source: string;
        readonly provider: string;
        readonly options: Readonly<Record<string, string>>;
        readonly schema: string;
        readonly overwrite: boolean;
        readonly binaryAsBytes: boolean;
      }
    | {
        /** To end a write: with what the tasks said, a NULL for a task that said nothing. */
        readonly ask: "commit" | "abort";
        readonly writer: string;
        readonly messages: readonly (string | null)[];
      }
  );

interface SourceSurroundings {
  readonly pythonVersion: string;
  readonly filesDir: string;
  readonly includes: readonly string[];
}

/** What it answers: functions over Arrow batches, which tasks run. */
export interface PythonSourceAnswer {
  /** Of `read`: Spark's JSON of the columns. */
  readonly schema?: string;
  /** Of `read`: takes numbers of parts, and gives their rows. Of `write`: takes rows, and gives one message. */
  readonly command?: string;
  readonly partitions?: number;
  /** Of `write`: what commits. */
  readonly writer?: string;
}
