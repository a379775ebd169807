/** What a backend offers tasks that call functions in Python: processes that run PySpark's worker. */
export interface Python {
  /**
   * Runs functions over Arrow IPC streams, one an element, and gives such streams. A cogrouped function has two inputs.
   * Throws PYTHON_EXCEPTION (terminal) with Python's traceback where a function raises, a retryable error where its process is lost.
   */
  run(request: PythonRequest, inputs: readonly AsyncIterable<Uint8Array>[]): AsyncIterable<Uint8Array>;
}

/** What a worker is told of its task, as JSON: `worker-script.ts` reads it. */
export interface PythonRequest {
  /** One of PySpark's PythonEvalType. */
  readonly evalType: number;
  /** `3.11`: what pickled the functions. */
  readonly pythonVersion: string;
  readonly partition: number;
  readonly stage: number;
  readonly attempt: number;
  /** Settings that PySpark's worker reads, by Spark's names. */
  readonly conf: Readonly<Record<string, string>>;
  readonly functions: readonly {
    /** Pickled functions in base64; each takes what the one before it gives. */
    readonly commands: readonly string[];
    readonly args: readonly PythonArgument[];
  }[];
  /** Spark's JSON of each input's columns, without the number of the group. */
  readonly inputs: readonly string[];
  /** Arrow's schema of each, in base64. */
  readonly arrowInputs: readonly string[];
  /** Spark's JSON of what the functions give, and Arrow's schema of what comes back. */
  readonly output: string;
  readonly arrow: string;
  /** So many first columns are the grouping keys. Inputs of grouped functions begin with the number of the group, a long, in order. */
  readonly keys: number;
  /** As many values come back as rows were given. */
  readonly zip?: boolean;
  readonly filesDir: string;
  /** Folders and archives of modules. */
  readonly includes: readonly string[];
  /** Of table functions. */
  readonly table?: PythonTable;
}

/** The column that an argument is; by name where it was given so. */
export interface PythonArgument {
  readonly offset: number;
  readonly name?: string;
}

export interface PythonTable {
  readonly name: string;
  /** Columns that begin a new instance of the function where they change. */
  readonly partitionIndexes: readonly number[];
  /** What `analyze` gave, pickled, in base64. */
  readonly analyzed?: string;
  /** Positions of arguments that are tables. */
  readonly tableArguments: readonly number[];
  /** All rows are one partition. */
  readonly single?: true;
  /** The input's columns stand beside the function's: it is called for each of its rows. */
  readonly passes?: true;
}

/** What the `analyze` method of a table function is asked. */
export interface PythonAnalysisRequest {
  /** What the function is called. */
  readonly analyze: string;
  readonly command: string;
  readonly pythonVersion: string;
  readonly filesDir: string;
  readonly includes: readonly string[];
  /** Types are Spark's JSON. The values of constants come beside the request, a column each. */
  readonly args: readonly { readonly type: string; readonly constant: boolean; readonly isTable: boolean; readonly name?: string }[];
}

/** What it answers: Spark's JSON of the columns, and how a table is to come. Texts are SQL. */
export interface PythonAnalysis {
  readonly schema: string;
  /** The whole result, pickled, in base64: the function gets it where it begins. */
  readonly pickled: string;
  readonly single: boolean;
  readonly partitionBy: readonly string[];
  /** `nulls`: 0 by direction, 1 first, 2 last. */
  readonly orderBy: readonly { readonly text: string; readonly ascending: boolean; readonly nulls: number }[];
  readonly select: readonly { readonly text: string; readonly alias: string }[];
}
