import sparkConditions from "./spark-conditions.json" with { type: "json" };

export interface ConditionEntry {
  readonly sqlState: string;
  /** `<name>` stands for a message parameter. */
  readonly message: string;
  readonly subconditions?: Readonly<Record<string, string>>;
}

/**
 * What Firecrest reports and Spark 4.1's table does not have: conditions of PySpark's, of data that Spark reports without a condition,
 * and Firecrest's own. Of a condition that Spark has, only the subconditions are added.
 */
const added: Readonly<Record<string, ConditionEntry>> = {
  CANNOT_DETERMINE_TYPE: {
    sqlState: "42K09",
    message: "Some of types cannot be determined after inferring.",
  },
  CANNOT_INFER_EMPTY_SCHEMA: {
    sqlState: "42K09",
    message: "Can not infer schema from an empty dataset.",
  },
  CANNOT_MERGE_TYPE: {
    sqlState: "42K09",
    message: "Can not merge type `<data_type1>` and `<data_type2>`.",
  },
  DISK_FULL: {
    sqlState: "58030",
    message: "No space is left on the disk: <detail> Free space, or point spark.local.dir at a larger disk.",
  },
  PYTHON_EXCEPTION: {
    sqlState: "38000",
    message: "<traceback>",
  },
  FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME: {
    sqlState: "42K09",
    message: "<field_name>: `<data_type>` can not accept object `<obj>` in type `<obj_type>`.",
  },
  FIELD_NOT_NULLABLE_WITH_NAME: {
    sqlState: "42K09",
    message: "<field_name>: This field is not nullable, but got None.",
  },
  FIRECREST_CONNECT_ARCHIVE: {
    sqlState: "22000",
    message: "The archive cannot be unpacked: <problem>.",
  },
  FIRECREST_CONNECT_BOUND: {
    sqlState: "54000",
    message: "The server takes at most <bound>. <advice>",
  },
  FIRECREST_CSV_HEADER_MISMATCH: {
    sqlState: "22000",
    message: "The header of the CSV file <path> does not conform to the schema. Header: <header>. Schema: <schema>.",
  },
  FIRECREST_DECIMAL_SCALE_EXCEEDS_PRECISION: {
    sqlState: "22003",
    message: "Decimal scale (<scale>) cannot be greater than precision (<precision>).",
  },
  FIRECREST_ILLEGAL_SEQUENCE: {
    sqlState: "22023",
    message: "Illegal sequence boundaries: <start> to <stop> by <step>.",
  },
  FIRECREST_INVALID_OPTION: {
    sqlState: "42616",
    message: "The option <option> must be <expected>, but is <value>.",
  },
  FIRECREST_INVALID_PLAN: {
    sqlState: "56K00",
    message: "The plan is not valid at <path>: <problem>.",
  },
  FIRECREST_PYTHON: {
    sqlState: "39000",
    message: "Functions in Python cannot run here: <problem>",
  },
  FIRECREST_MAP_SIZES_DIFFER: {
    sqlState: "22023",
    message: "The key array and value array of a map must have the same length.",
  },
  FIRECREST_TEXT_SINK_COLUMNS: {
    sqlState: "42K0F",
    message: "Text data source supports only a single column, and you have <count> columns.",
  },
  FIRECREST_UNSUPPORTED: {
    sqlState: "0A000",
    message: "<feature> is not supported by Firecrest yet. <advice>",
  },
  FORBIDDEN: {
    sqlState: "42501",
    message: "The request is refused: <reason>",
  },
  INVALID_OBJECT_KEY: {
    sqlState: "22023",
    message: "<key> is not the address of an object: <problem>.",
  },
  INVALID_REQUEST: {
    sqlState: "22023",
    message: "The request is not valid at <place>: <problem>.",
  },
  IDEMPOTENCY_CONFLICT: {
    sqlState: "22023",
    message: "The idempotency key <key> was used for another request. Use a new key for each request that differs.",
  },
  INVALID_ENVIRONMENT_VARIABLE: {
    sqlState: "F0000",
    message: "The environment variable <name> is <value>. It has to be <requirement>. Deploy again, or correct it.",
  },
  INVALID_TASK_EVENT: {
    sqlState: "F0000",
    message: "The task function cannot read the event that invoked it: <reason>. Only coordinators of the same version may invoke it.",
  },
  INVALID_WAKE_EVENT: {
    sqlState: "F0000",
    message:
      'The coordinator function cannot read the event that invoked it: <event>. It needs one record of the wake queue: {"job": ...}.',
  },
  JOB_ABANDONED: {
    sqlState: "58000",
    message: "The job was given up: <reason>.",
  },
  JOB_COST_LIMIT: {
    sqlState: "54000",
    message:
      "The job was stopped at <spent>: going on could have cost more than its limit of <limit>. Raise the limit (maxDollars), or read less: filter earlier, select fewer columns.",
  },
  JOB_NOT_FINISHED: {
    sqlState: "55000",
    message: "The job <job> has no result yet: it is <state>. Ask again once it has succeeded.",
  },
  JOB_NOT_FOUND: {
    sqlState: "42704",
    message: "There is no job <job>. It may never have been, or its retention has ended.",
  },
  JOB_TAKEN_OVER: {
    sqlState: "55000",
    message: "Another coordinator has taken over job <job>; this one has stopped.",
  },
  JOB_TIMEOUT: {
    sqlState: "57014",
    message:
      "The job was stopped after <seconds> s, the time that it was given. Raise the limit (timeoutSeconds), or give it more tasks at once.",
  },
  JOB_TOO_LARGE: {
    sqlState: "54000",
    message: "The job cannot run: <what> is over the limit of <limit>. <advice>",
  },
  JOURNAL_CORRUPT: {
    sqlState: "XX001",
    message: "The journal of the job cannot be read at <key>: <problem>.",
  },
  LOGS_UNAVAILABLE: {
    sqlState: "58030",
    message: "The log group <group> did not answer: <detail>",
  },
  METHOD_NOT_ALLOWED: {
    sqlState: "0A000",
    message: "<path> does not take <method>. It takes <allowed>.",
  },
  NOT_ACCEPTABLE: {
    sqlState: "0A000",
    message: "<accept> cannot be given here. Ask for <offered>.",
  },
  OBJECT_NOT_FOUND: {
    sqlState: "58030",
    message: "There is no object <key>.",
  },
  PAGE_NOT_FOUND: {
    sqlState: "42704",
    message: "The result of job <job> has no page <page>: it has <pages>.",
  },
  PROGRAM_FAILED: {
    sqlState: "38000",
    message: "The program ended with <ending>. Its log tells more.",
  },
  QUEUE_REFUSED: {
    sqlState: "42501",
    message: "The queue service refused a request to <queue>: <detail>. Check the role's permissions and that the deployment is whole.",
  },
  QUEUE_UNAVAILABLE: {
    sqlState: "58030",
    message: "The queue <queue> did not answer: <detail>",
  },
  REQUEST_HEADERS_TOO_LARGE: {
    sqlState: "54000",
    message: "The request's address and headers are over the limit of <count> headers or <length> characters.",
  },
  REQUEST_TOO_LARGE: {
    sqlState: "54000",
    message: "<what> is over the limit of <limit>. <advice>",
  },
  ROLE_UNAVAILABLE: {
    sqlState: "58030",
    message:
      "The role <role> cannot be assumed. Its trust policy has to name the driver's role, and that has to allow sts:AssumeRole: <detail>",
  },
  ROUTE_NOT_FOUND: {
    sqlState: "42704",
    message: "There is nothing at <path>. /v1/openapi.json says what there is.",
  },
  SERVICE_ANSWER_INVALID: {
    sqlState: "08P01",
    message:
      "The answer of <service> cannot be read: <problem>. The address may be wrong, or the service of another version than this client.",
  },
  SERVICE_UNREACHABLE: {
    sqlState: "08001",
    message: "There is no answer from <service>: <reason>. Check the address, and that the service runs.",
  },
  SHUFFLE_BLOCK_LOST: {
    sqlState: "58030",
    message: "The shuffle block <block> cannot be read: <detail>.",
  },
  SHUFFLE_OUTPUT_LOST: {
    sqlState: "58030",
    message: "The output of task attempt <attempt> could not be read, as those of <reruns> runs before it.",
  },
  STORE_REFUSED: {
    sqlState: "58030",
    message: "The object store refused a request for <key>: <detail> Check the bucket's name and region and the permissions of the role.",
  },
  STORE_UNAVAILABLE: {
    sqlState: "58030",
    message: "The object store did not answer for <key>: <detail>",
  },
  TASK_OUT_OF_MEMORY: {
    sqlState: "53200",
    message:
      "A task ran out of memory: <detail> Give it more (--memory, spark.executor.memory) or more partitions (spark.sql.shuffle.partitions).",
  },
  TASK_TIMEOUT: {
    sqlState: "57014",
    message:
      "Task attempt <attempt> was stopped after <seconds> s, shortly before its function's time limit. Make its partitions smaller (spark.sql.files.maxPartitionBytes, spark.sql.shuffle.partitions), or give it more memory, and processors with it.",
  },
  THROTTLED: {
    sqlState: "53400",
    message: "No capacity for now: <detail>",
  },
  TOO_MANY_JOBS: {
    sqlState: "53400",
    message: "<count> jobs wait or run, and <limit> is the limit. Submit again when some are done.",
  },
  TUPLE_INVALID_INPUT_SKETCH_BUFFER: {
    sqlState: "22000",
    message:
      "Invalid call to <function>; only valid Tuple sketch buffers are supported as inputs (such as those produced by the corresponding `tuple_sketch_agg_*` function).",
  },
  TUPLE_INVALID_INPUT_SKETCH_BUFFER_FAMILY: {
    sqlState: "22000",
    message:
      "Invalid call to <function>: expected <expectedFamily> sketch family but received <actualFamily>. Only valid Tuple sketch buffers (produced by `tuple_sketch_agg_*` functions) are supported as inputs.",
  },
  TUPLE_INVALID_SKETCH_MODE: {
    sqlState: "22023",
    message: "Invalid call to <function>: mode '<mode>' is not supported. Valid modes are: <validModes>.",
  },
  INVALID_PARAMETER_VALUE: {
    sqlState: "22023",
    message: "The value of parameter(s) <parameter> in <functionName> is invalid:",
    subconditions: {
      HMAC_ALGORITHM: "expects one of the algorithms 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512', 'SHA-1', 'MD5', but got <algorithm>.",
      HMAC_CRYPTO_ERROR: "detail message: <detailMessage>",
      OCCURRENCE: "expects a positive integer, but got <actual>.",
    },
  },
  INVALID_VARIANT_PATH: {
    sqlState: "22023",
    message:
      "The path '<path>' is not a valid <functionName> target. A valid path should start with `$` and is followed by segments like `[123]`, `.name`, `['name']`, or `[\"name\"]`.",
  },
  INVALID_VECTOR_NORM_DEGREE: {
    sqlState: "22023",
    message: "For the <functionName> function, degree must be 1.0, 2.0, or float('inf'), but got <degree>.",
  },
  VARIANT_PATH_TYPE_MISMATCH: {
    sqlState: "22023",
    message: "The path '<path>' is incompatible with the variant value at '<failedAt>' in <functionName>.",
  },
  VECTOR_DIMENSION_MISMATCH: {
    sqlState: "22000",
    message: "Vectors passed to <functionName> must have the same dimension, but got <leftDim> and <rightDim>.",
  },
  UNAUTHENTICATED: {
    sqlState: "28000",
    message: "The request does not say who asks: <expected>",
  },
  UNSUPPORTED_EXPR_FOR_PIVOT: {
    sqlState: "42K09",
    message: "Aggregate expression required for pivot, but <sqlExpr> did not appear in any aggregate function.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    sqlState: "0A000",
    message: "A body of type <type> cannot be read. Send <expected>.",
  },
  WORKER_LOST: {
    sqlState: "58000",
    message: "The worker of task attempt <attempt> was lost: <reason>.",
  },
};

/**
 * All error conditions by name, with Spark's wording. spark-conditions.json is Spark 4.1.1's own table (Apache-2.0, see NOTICE).
 * Source: https://spark.apache.org/docs/latest/sql-error-conditions.html.
 */
export const conditions: Readonly<Record<string, ConditionEntry>> = merged(sparkConditions, added);

function merged(
  spark: Readonly<Record<string, ConditionEntry>>,
  ours: Readonly<Record<string, ConditionEntry>>,
): Record<string, ConditionEntry> {
  const all = { ...spark };
  for (const [name, entry] of Object.entries(ours)) {
    const same = spark[name];
    all[name] = same ? { ...same, subconditions: { ...same.subconditions, ...entry.subconditions } } : entry;
  }
  return all;
}
