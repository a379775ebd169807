export interface ConditionEntry {
  readonly sqlState: string;
  /** `<name>` stands for a message parameter. */
  readonly message: string;
  readonly subconditions?: Readonly<Record<string, string>>;
}

/**
 * Spark's error conditions that Firecrest raises, by name, with Spark's wording.
 * Source: https://spark.apache.org/docs/latest/sql-error-conditions.html. Firecrest's own begin with FIRECREST_.
 */
export const conditions: Readonly<Record<string, ConditionEntry>> = {
  ALL_PARTITION_COLUMNS_NOT_ALLOWED: { sqlState: "KD005", message: "Cannot use all columns for partition columns." },
  AMBIGUOUS_REFERENCE: { sqlState: "42704", message: "Reference <name> is ambiguous, could be: <referenceNames>." },
  AMBIGUOUS_REFERENCE_TO_FIELDS: {
    sqlState: "42000",
    message: "Ambiguous reference to the field <field>. It appears <count> times in the schema.",
  },
  ARITHMETIC_OVERFLOW: {
    sqlState: "22003",
    message: '<message>.<alternative> If necessary set <config> to "false" to bypass this error.',
  },
  ASSIGNMENT_ARITY_MISMATCH: {
    sqlState: "42802",
    message:
      "The number of columns or variables assigned or aliased: <numTarget> does not match the number of source expressions: <numExpr>.",
  },
  CANNOT_DECODE_URL: {
    sqlState: "22546",
    message: "The provided URL cannot be decoded: <url>. Please ensure that the URL is properly formatted and try again.",
  },
  CANNOT_DETERMINE_TYPE: { sqlState: "42K09", message: "Some of types cannot be determined after inferring." },
  CANNOT_INFER_EMPTY_SCHEMA: { sqlState: "42K09", message: "Can not infer schema from an empty dataset." },
  CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE: {
    sqlState: "42825",
    message:
      "Failed to merge incompatible data types <left> and <right>. Please check the data types of the columns being merged and ensure that they are compatible. If necessary, consider casting the columns to compatible data types before attempting the merge.",
  },
  CANNOT_MERGE_SCHEMAS: {
    sqlState: "42KD9",
    message: "Failed merging schemas:\nInitial schema:\n<left>\nSchema that cannot be merged with the initial schema:\n<right>.",
  },
  CANNOT_MERGE_TYPE: { sqlState: "42K09", message: "Can not merge type `<data_type1>` and `<data_type2>`." },
  CANNOT_MODIFY_STATIC_CONFIG: { sqlState: "46110", message: "Cannot modify the value of the static Spark config: <key>." },
  CANNOT_PARSE_TIME: {
    sqlState: "22010",
    message: "The input string <input> cannot be parsed to a TIME value because it does not match to the datetime format <format>.",
  },
  CANNOT_PARSE_TIMESTAMP: { sqlState: "22007", message: "<message>. Use <func> to tolerate invalid input string and return NULL instead." },
  CANNOT_RESOLVE_STAR_EXPAND: {
    sqlState: "42704",
    message:
      "Cannot resolve <targetString>.* given input columns <columns>. Please check that the specified table or struct exists and is accessible in the input columns.",
  },
  CAST_INVALID_INPUT: {
    sqlState: "22018",
    message:
      "The value <expression> of the type <sourceType> cannot be cast to <targetType> because it is malformed. Correct the value as per the syntax, or change its target type. Use `try_cast` to tolerate malformed input and return NULL instead.",
  },
  CAST_OVERFLOW: {
    sqlState: "22003",
    message:
      "The value <value> of the type <sourceType> cannot be cast to <targetType> due to an overflow. Use `try_cast` to tolerate overflow and return NULL instead.",
  },
  COLLECTION_SIZE_LIMIT_EXCEEDED: {
    sqlState: "54000",
    message: "Can't create array with <numberOfElements> elements which exceeding the array size limit <maxRoundedArrayLength>,",
    subconditions: {
      FUNCTION: "unsuccessful try to create arrays in the function <functionName>.",
      INITIALIZE: "cannot initialize an array with specified parameters.",
      PARAMETER: "the value of parameter(s) <parameter> in the function <functionName> is invalid.",
    },
  },
  COLUMN_ALREADY_EXISTS: {
    sqlState: "42711",
    message: "The column <columnName> already exists. Choose another name or rename the existing column.",
  },
  COMPARATOR_RETURNS_NULL: {
    sqlState: "22004",
    message:
      'The comparator has returned a NULL for a comparison between <firstValue> and <secondValue>.\nIt should return a positive integer for "greater than", 0 for "equal" and a negative integer for "less than".\nTo revert to deprecated behavior where NULL is treated as 0 (equal), you must set "spark.sql.legacy.allowNullComparisonResultInArraySort" to "true".',
  },
  CONFLICTING_DIRECTORY_STRUCTURES: {
    sqlState: "KD009",
    message:
      'Conflicting directory structures detected.\nSuspicious paths:\n<discoveredBasePaths>\nIf provided paths are partition directories, please set "basePath" in the options of the data source to specify the root directory of the table.\nIf there are multiple root directories, please load them separately and then union them.',
  },
  CONFLICTING_PARTITION_COLUMN_NAMES: {
    sqlState: "KD009",
    message:
      "Conflicting partition column names detected:\n<distinctPartColLists>\nFor partitioned table directories, data files should only live in leaf directories.\nAnd directories at the same level should have the same partition column name.\nPlease check the following directories for unexpected files or inconsistent partition column names:\n<suspiciousPaths>",
  },
  CONVERSION_INVALID_INPUT: {
    sqlState: "22018",
    message:
      "The value <str> (<fmt>) cannot be converted to <targetType> because it is malformed. Correct the value as per the syntax, or change its format. Use <suggestion> to tolerate malformed input and return NULL instead.",
  },
  DATATYPE_MISMATCH: {
    sqlState: "42K09",
    message: "Cannot resolve <sqlExpr> due to data type mismatch:",
    subconditions: {
      PARAMETER_CONSTRAINT_VIOLATION: "The <leftExprName>(<leftExprValue>) must be <constraint> the <rightExprName>(<rightExprValue>).",
      VALUE_OUT_OF_RANGE: "The <exprName> must be between <valueRange> (current value = <currentValue>).",
      UNEXPECTED_NULL: "The <exprName> must not be null.",
      NON_STRING_TYPE: "all arguments of the function <funcName> must be strings.",
      MAP_ZIP_WITH_DIFF_TYPES:
        "Input to the <functionName> should have been two maps with compatible key types, but it's [<leftType>, <rightType>].",
      MAP_FUNCTION_DIFF_TYPES:
        "Input to <functionName> should have been <dataType> followed by a value with same key type, but it's [<leftType>, <rightType>].",
      CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING:
        "Only foldable `STRING` expressions are allowed to appear at odd position, but they are <inputExprs>.",
      CANNOT_DROP_ALL_FIELDS: "Cannot drop all fields in struct.",
      BINARY_ARRAY_DIFF_TYPES:
        "Input to function <functionName> should have been two <arrayType> with same element type, but it's [<leftType>, <rightType>].",
      ARRAY_FUNCTION_DIFF_TYPES:
        "Input to <functionName> should have been <dataType> followed by a value with same element type, but it's [<leftType>, <rightType>].",
      BINARY_OP_DIFF_TYPES: "the left and right operands of the binary operator have incompatible types (<left> and <right>).",
      BINARY_OP_WRONG_TYPE: "the binary operator requires the input type <inputType>, not <actualDataType>.",
      CAST_WITH_CONF_SUGGESTION:
        "cannot cast <srcType> to <targetType> with ANSI mode on.\nIf you have to cast <srcType> to <targetType>, you can set <config> as <configVal>.",
      CAST_WITHOUT_SUGGESTION: "cannot cast <srcType> to <targetType>.",
      DATA_DIFF_TYPES: "Input to <functionName> should all be the same type, but it's <dataType>.",
      FILTER_NOT_BOOLEAN: "Filter expression <filter> of type <type> is not a boolean.",
      HASH_MAP_TYPE:
        'Input to the function <functionName> cannot contain elements of the "MAP" type. In Spark, same maps may have different hashcode, thus hash expressions are prohibited on "MAP" elements. To restore previous behavior set "spark.sql.legacy.allowHashOnMapType" to "true".',
      INVALID_ARG_VALUE: "The <inputName> value must to be a <requireType> literal of <validValues>, but got <inputValue>.",
      INVALID_JSON_SCHEMA: "Input schema <schema> must be a struct, an array, a map or a variant.",
      INVALID_ORDERING_TYPE: "The <functionName> does not support ordering on type <dataType>.",
      UNSUPPORTED_INPUT_TYPE: "The input of <functionName> can't be <dataType> type data.",
      UNEXPECTED_INPUT_TYPE: "The <paramIndex> parameter requires the <requiredType> type, however <inputSql> has the type <inputType>.",
      NON_FOLDABLE_INPUT: "the input <inputName> should be a foldable <inputType> expression; however, got <inputExpr>.",
    },
  },
  DATATYPE_MISSING_SIZE: {
    sqlState: "42K01",
    message: "DataType <type> requires a length parameter, for example <type>(10). Please specify the length.",
  },
  DATA_SOURCE_NOT_FOUND: {
    sqlState: "42K02",
    message:
      "Failed to find the data source: <provider>. Make sure the provider name is correct and the package is properly registered and compatible with your Spark version.",
  },
  DATETIME_FIELD_OUT_OF_BOUNDS: {
    sqlState: "22023",
    message: "<rangeMessage>.",
    subconditions: { WITHOUT_SUGGESTION: "", WITH_SUGGESTION: 'If necessary set <ansiConfig> to "false" to bypass this error.' },
  },
  DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION: {
    sqlState: "22003",
    message: "Decimal precision <precision> exceeds max precision <maxPrecision>.",
  },
  DISK_FULL: {
    sqlState: "58030",
    message: "No space is left on the disk: <detail> Free space, or point spark.local.dir at a larger disk.",
  },
  DIVIDE_BY_ZERO: {
    sqlState: "22012",
    message:
      'Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead. If necessary set <config> to "false" to bypass this error.',
  },
  DUPLICATED_MAP_KEY: {
    sqlState: "23505",
    message:
      'Duplicate map key <key> was found, please check the input data.\nIf you want to remove the duplicated keys, you can set <mapKeyDedupPolicy> to "LAST_WIN" so that the key inserted at last takes precedence.',
  },
  FAILED_EXECUTE_UDF: {
    sqlState: "39000",
    message: "User defined function (<functionName>: (<signature>) => <result>) failed due to: <reason>.",
  },
  FAILED_READ_FILE: {
    sqlState: "KD001",
    message: "Encountered error while reading file <path>.",
    subconditions: {
      CANNOT_READ_FILE_FOOTER:
        "Could not read footer. Please ensure that the file is in either ORC or Parquet format.\nIf not, please convert it to a valid format. If the file is in the valid format, please check if it is corrupt.\nIf it is, you can choose to either ignore it or fix the corruption.",
      FILE_NOT_EXIST:
        "File does not exist. It is possible the underlying files have been updated.\nYou can explicitly invalidate the cache in Spark by running 'REFRESH TABLE tableName' command in SQL or by recreating the Dataset/DataFrame involved.",
      NO_HINT: "",
      PARQUET_COLUMN_DATA_TYPE_MISMATCH:
        "Data type mismatches when reading Parquet column <column>. Expected Spark type <expectedType>, actual Parquet type <actualType>.",
    },
  },
  FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME: {
    sqlState: "42K09",
    message: "<field_name>: `<data_type>` can not accept object `<obj>` in type `<obj_type>`.",
  },
  FIELD_NOT_FOUND: { sqlState: "42704", message: "No such struct field <fieldName> in <fields>." },
  FIELD_NOT_NULLABLE_WITH_NAME: { sqlState: "42K09", message: "<field_name>: This field is not nullable, but got None." },
  FIRECREST_CSV_HEADER_MISMATCH: {
    sqlState: "22000",
    message: "The header of the CSV file <path> does not conform to the schema. Header: <header>. Schema: <schema>.",
  },
  FIRECREST_DECIMAL_SCALE_EXCEEDS_PRECISION: {
    sqlState: "22003",
    message: "Decimal scale (<scale>) cannot be greater than precision (<precision>).",
  },
  FIRECREST_ILLEGAL_SEQUENCE: { sqlState: "22023", message: "Illegal sequence boundaries: <start> to <stop> by <step>." },
  FIRECREST_INVALID_OPTION: { sqlState: "42616", message: "The option <option> must be <expected>, but is <value>." },
  FIRECREST_INVALID_PLAN: { sqlState: "56K00", message: "The plan is not valid at <path>: <problem>." },
  FIRECREST_MAP_SIZES_DIFFER: { sqlState: "22023", message: "The key array and value array of a map must have the same length." },
  FIRECREST_TEXT_SINK_COLUMNS: {
    sqlState: "42K0F",
    message: "Text data source supports only a single column, and you have <count> columns.",
  },
  FIRECREST_UNSUPPORTED: { sqlState: "0A000", message: "<feature> is not supported by Firecrest yet. <advice>" },
  FORBIDDEN: { sqlState: "42501", message: "The request is refused: <reason>" },
  GROUPING_COLUMN_MISMATCH: {
    sqlState: "42803",
    message: "Column of grouping (<grouping>) can't be found in grouping columns <groupingColumns>.",
  },
  GROUPING_SIZE_LIMIT_EXCEEDED: { sqlState: "54000", message: "Grouping sets size cannot be greater than <maxSize>." },
  GROUP_BY_AGGREGATE: { sqlState: "42903", message: "Aggregate functions are not allowed in GROUP BY, but found <sqlExpr>." },
  GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE: {
    sqlState: "42822",
    message:
      "The expression <sqlExpr> cannot be used as a grouping expression because its data type <dataType> is not an orderable data type.",
  },
  ILLEGAL_DAY_OF_WEEK: { sqlState: "22009", message: "Illegal input for day of week: <string>." },
  INCOMPATIBLE_COLUMN_TYPE: {
    sqlState: "42825",
    message:
      "<operator> can only be performed on tables with compatible column types. The <columnOrdinalNumber> column of the <tableOrdinalNumber> table is <dataType1> type which is not compatible with <dataType2> at the same column of the first table.<hint>.",
  },
  INCOMPLETE_TYPE_DEFINITION: {
    sqlState: "42K01",
    message: "Incomplete complex type:",
    subconditions: {
      ARRAY: 'The definition of "ARRAY" type is incomplete. You must provide an element type. For example: "ARRAY<elementType>".',
      MAP: 'The definition of "MAP" type is incomplete. You must provide a key type and a value type. For example: "MAP<TIMESTAMP, INT>".',
      STRUCT:
        'The definition of "STRUCT" type is incomplete. You must provide at least one field type. For example: "STRUCT<name STRING, phone DECIMAL(10, 0)>".',
    },
  },
  INCONSISTENT_BEHAVIOR_CROSS_VERSION: {
    sqlState: "42K0B",
    message: "You may get a different result due to the upgrading to",
    subconditions: {
      DATETIME_WEEK_BASED_PATTERN:
        "Spark >= 3.0:\nAll week-based patterns are unsupported since Spark 3.0, detected week-based character: <c>.\nPlease use the SQL function EXTRACT instead.",
      DATETIME_PATTERN_RECOGNITION:
        "Spark >= 3.0:\nFail to recognize <pattern> pattern in the DateTimeFormatter.\n1) You can set <config> to \"LEGACY\" to restore the behavior before Spark 3.0.\n2) You can form a valid datetime pattern with the guide from '<docroot>/sql-ref-datetime-pattern.html'.",
    },
  },
  INTERNAL_ERROR: { sqlState: "XX000", message: "<message>" },
  INTERVAL_ARITHMETIC_OVERFLOW: {
    sqlState: "22015",
    message: "Integer overflow while operating with intervals.",
    subconditions: {
      WITHOUT_SUGGESTION: "Try devising appropriate values for the interval parameters.",
      WITH_SUGGESTION: "Use <functionName> to tolerate overflow and return NULL instead.",
    },
  },
  INTERVAL_DIVIDED_BY_ZERO: {
    sqlState: "22012",
    message: "Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead.",
  },
  INVALID_ARRAY_INDEX: {
    sqlState: "22003",
    message:
      "The index <indexValue> is out of bounds. The array has <arraySize> elements. Use the SQL function `get()` to tolerate accessing element at invalid index and return NULL instead.",
  },
  INVALID_ARRAY_INDEX_IN_ELEMENT_AT: {
    sqlState: "22003",
    message:
      "The index <indexValue> is out of bounds. The array has <arraySize> elements. Use `try_element_at` to tolerate accessing element at invalid index and return NULL instead.",
  },
  INVALID_CONF_VALUE: {
    sqlState: "22022",
    message: "The value '<confValue>' in the config \"<confName>\" is invalid.",
    subconditions: { REQUIREMENT: "<confRequirement>" },
  },
  INVALID_CORRUPT_RECORD_TYPE: {
    sqlState: "42804",
    message: "The column <columnName> for corrupt records must have the nullable STRING type, but got <actualType>.",
  },
  INVALID_DATETIME_PATTERN: {
    sqlState: "22007",
    message: "Unrecognized datetime pattern: <pattern>.",
    subconditions: {
      WITH_SUGGESTION: "You can form a valid datetime pattern with the guide from '<docroot>/sql-ref-datetime-pattern.html'.",
      ILLEGAL_CHARACTER: "Illegal pattern character found in datetime pattern: <c>. Please provide legal character.",
      LENGTH: "Too many letters in datetime pattern: <pattern>. Please reduce pattern length.",
      SECONDS_FRACTION:
        "Cannot detect a seconds fraction pattern of variable length. Please make sure the pattern contains 'S', and does not contain illegal characters.",
    },
  },
  INVALID_DELIMITER_VALUE: {
    sqlState: "42602",
    message: "Invalid value for delimiter.",
    subconditions: { EMPTY_STRING: "Delimiter cannot be empty string." },
  },
  INVALID_EXTRACT_BASE_FIELD_TYPE: {
    sqlState: "42000",
    message: "Can't extract a value from <base>. Need a complex type [STRUCT, ARRAY, MAP] but got <other>.",
  },
  INVALID_EXTRACT_FIELD: { sqlState: "42601", message: "Cannot extract <field> from <expr>." },
  INVALID_EXTRACT_FIELD_TYPE: { sqlState: "42000", message: "Field name should be a non-null string literal, but it's <extraction>." },
  INVALID_FORMAT: {
    sqlState: "42601",
    message: "The format is invalid: <format>.",
    subconditions: {
      CONT_THOUSANDS_SEPS: "Thousands separators (, or G) must have digits in between them in the number format.",
      CUR_MUST_BEFORE_DEC: "Currency characters must appear before any decimal point in the number format.",
      CUR_MUST_BEFORE_DIGIT: "Currency characters must appear before digits in the number format.",
      EMPTY: "The number format string cannot be empty.",
      ESC_AT_THE_END: "The escape character is not allowed to end with.",
      ESC_IN_THE_MIDDLE: "The escape character is not allowed to precede <char>.",
      MISMATCH_INPUT: "The input <inputType> <input> does not match the format.",
      THOUSANDS_SEPS_MUST_BEFORE_DEC: "Thousands separators (, or G) may not appear after the decimal point in the number format.",
      UNEXPECTED_TOKEN:
        "Found the unexpected <token> in the format string; the structure of the format string must match: `[MI|S]` `[$]` `[0|9|G|,]*` `[.|D]` `[0|9]*` `[$]` `[PR|MI|S]`.",
      WRONG_NUM_DIGIT: "The format string requires at least one number digit.",
      WRONG_NUM_TOKEN: "At most one <token> is allowed in the number format.",
    },
  },
  INVALID_FRACTION_OF_SECOND: {
    sqlState: "22023",
    message:
      "Valid range for seconds is [0, 60] (inclusive), but the provided value is <secAndMicros>. To avoid this error, use `try_make_timestamp`, which returns NULL on error.\nIf you do not want to use the session default timestamp version of this function, use `try_make_timestamp_ntz` or `try_make_timestamp_ltz`.",
  },
  INVALID_HANDLE: {
    sqlState: "HY000",
    message: "The handle <handle> is invalid.",
    subconditions: { SESSION_CLOSED: "Session was closed." },
  },
  INVALID_INDEX_OF_ZERO: {
    sqlState: "22003",
    message: "The index 0 is invalid. An index shall be either < 0 or > 0 (the first element has index 1).",
  },
  INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION: {
    sqlState: "22006",
    message:
      "Cannot add an interval to a date because its microseconds part is not 0. To resolve this, cast the input date to a timestamp, which supports the addition of intervals with non-zero microseconds.",
  },
  INVALID_JSON_DATA_TYPE: {
    sqlState: "2203G",
    message: "Failed to convert the JSON string '<invalidType>' to a data type. Please enter a valid data type.",
  },
  INVALID_LAMBDA_FUNCTION_CALL: {
    sqlState: "42K0D",
    message: "Invalid lambda function call.",
    subconditions: {
      NUM_ARGS_MISMATCH: "A higher order function expects <expectedNumArgs> arguments, but got <actualNumArgs>.",
    },
  },
  INVALID_OBJECT_KEY: { sqlState: "22023", message: "<key> is not the address of an object: <problem>." },
  INVALID_OPTIONS: {
    sqlState: "42K06",
    message: "Invalid options:",
    subconditions: {
      NON_MAP_FUNCTION: "Must use the `map()` function for options.",
      NON_STRING_TYPE: "A type of keys and values in `map()` must be string, but got <mapType>.",
    },
  },
  INVALID_PARAMETER_VALUE: {
    sqlState: "22023",
    message: "The value of parameter(s) <parameter> in <functionName> is invalid:",
    subconditions: {
      TIME_UNIT: "expects one of the units 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND', but got '<invalidValue>'.",
      AES_CRYPTO_ERROR: "detail message: <detailMessage>",
      AES_IV_LENGTH: "supports 16-byte CBC IVs and 12-byte GCM IVs, but got <actualLength> bytes for <mode>.",
      AES_KEY_LENGTH: "expects a binary value with 16, 24 or 32 bytes, but got <actualLength> bytes.",
      BINARY_FORMAT: "expects one of binary formats 'base64', 'hex', 'utf-8', but got <invalidFormat>.",
      BIT_POSITION_RANGE: "expects an integer value in [0, <upper>), but got <invalidValue>.",
      CHARSET: "expects one of the <charsets>, but got <charset>.",
      DATETIME_UNIT:
        "expects one of the units without quotes YEAR, QUARTER, MONTH, WEEK, DAY, DAYOFYEAR, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND, but got the string literal <invalidValue>.",
      LENGTH: "Expects `length` greater than or equal to 0, but got <length>.",
      PATTERN: "<value>.",
      REGEX_GROUP_INDEX: "Expects group index between 0 and <groupCount>, but got <groupIndex>.",
      START: "Expects a positive or a negative value for `start`, but got 0.",
    },
  },
  INVALID_PARTITION_COLUMN_DATA_TYPE: { sqlState: "0A000", message: "Cannot use <type> for partition column." },
  INVALID_REQUEST: { sqlState: "22023", message: "The request is not valid at <place>: <problem>." },
  INVALID_SAVE_MODE: {
    sqlState: "42000",
    message:
      'The specified save mode <mode> is invalid. Valid save modes include "append", "overwrite", "ignore", "error", "errorifexists", and "default".',
  },
  INVALID_SCHEMA: {
    sqlState: "42K07",
    message: "The input schema <inputSchema> is not a valid schema string.",
    subconditions: {
      NON_STRING_LITERAL: "The input expression must be string literal and not null.",
      NON_STRUCT_TYPE: "The input expression should be evaluated to struct type, but got <dataType>.",
      PARSE_ERROR: "Cannot parse the schema:\n<reason>",
    },
  },
  INVALID_TIMEZONE: {
    sqlState: "22009",
    message:
      "The timezone: <timeZone> is invalid. The timezone must be either a region-based zone ID or a zone offset. Region IDs must have the form 'area/city', such as 'America/Los_Angeles'. Zone offsets must be in the format '(+|-)HH', '(+|-)HH:mm’ or '(+|-)HH:mm:ss', e.g '-08' , '+01:00' or '-13:33:33', and must be in the range from -18:00 to +18:00. 'Z' and 'UTC' are accepted as synonyms for '+00:00'.",
  },
  INVALID_URL: {
    sqlState: "22P02",
    message: "The url is invalid: <url>. Use `try_parse_url` to tolerate invalid URL and return NULL instead.",
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
  INVALID_USAGE_OF_STAR_OR_REGEX: { sqlState: "42000", message: "Invalid usage of <elem> in <prettyName>." },
  INVALID_UTF8_STRING: { sqlState: "22029", message: "Invalid UTF8 byte sequence found in string: <str>." },
  INVALID_WAKE_EVENT: {
    sqlState: "F0000",
    message:
      'The coordinator function cannot read the event that invoked it: <event>. It needs one record of the wake queue: {"job": ...}.',
  },
  INVALID_WHERE_CONDITION: {
    sqlState: "42903",
    message:
      "The WHERE condition <condition> contains invalid expressions: <expressionList>.\nRewrite the query to avoid window functions, aggregate functions, and generator functions in the WHERE clause.",
  },
  JOB_ABANDONED: { sqlState: "58000", message: "The job was given up: <reason>." },
  JOB_COST_LIMIT: {
    sqlState: "54000",
    message:
      "The job was stopped at <spent>: going on could have cost more than its limit of <limit>. Raise the limit (maxDollars), or read less: filter earlier, select fewer columns.",
  },
  JOB_NOT_FINISHED: { sqlState: "55000", message: "The job <job> has no result yet: it is <state>. Ask again once it has succeeded." },
  JOB_NOT_FOUND: { sqlState: "42704", message: "There is no job <job>. It may never have been, or its retention has ended." },
  JOB_TAKEN_OVER: { sqlState: "55000", message: "Another coordinator has taken over job <job>; this one has stopped." },
  JOB_TIMEOUT: {
    sqlState: "57014",
    message:
      "The job was stopped after <seconds> s, the time that it was given. Raise the limit (timeoutSeconds), or give it more tasks at once.",
  },
  JOB_TOO_LARGE: { sqlState: "54000", message: "The job cannot run: <what> is over the limit of <limit>. <advice>" },
  JOURNAL_CORRUPT: { sqlState: "XX001", message: "The journal of the job cannot be read at <key>: <problem>." },
  LOGS_UNAVAILABLE: { sqlState: "58030", message: "The log group <group> did not answer: <detail>" },
  MALFORMED_CHARACTER_CODING: {
    sqlState: "22000",
    message: "Invalid value found when performing <function> with <charset>",
  },
  MALFORMED_RECORD_IN_PARSING: {
    sqlState: "22023",
    message:
      "Malformed records are detected in record parsing: <badRecord>.\nParse Mode: <failFastMode>. To process malformed records as null result, try setting the option 'mode' as 'PERMISSIVE'.",
    subconditions: { WITHOUT_SUGGESTION: "" },
  },
  METHOD_NOT_ALLOWED: { sqlState: "0A000", message: "<path> does not take <method>. It takes <allowed>." },
  MISSING_AGGREGATION: {
    sqlState: "42803",
    message:
      "The non-aggregating expression <expression> is based on columns which are not participating in the GROUP BY clause.\nAdd the columns or the expression to the GROUP BY, aggregate the expression, or use <expressionAnyValue> if you do not care which of the values within a group is returned.",
  },
  MISSING_GROUP_BY: {
    sqlState: "42803",
    message: "The query does not include a GROUP BY clause. Add GROUP BY or turn it into the window functions using OVER clauses.",
  },
  NESTED_AGGREGATE_FUNCTION: {
    sqlState: "42607",
    message:
      "It is not allowed to use an aggregate function in the argument of another aggregate function. Please use the inner aggregate function in a sub-query.",
  },
  NON_FOLDABLE_ARGUMENT: {
    sqlState: "42K08",
    message:
      "The function <funcName> requires the parameter <paramName> to be a foldable expression of the type <paramType>, but the actual argument is a non-foldable.",
  },
  NULL_MAP_KEY: { sqlState: "2200E", message: "Cannot use null as map key." },
  NUMERIC_VALUE_OUT_OF_RANGE: {
    sqlState: "22003",
    message: "",
    subconditions: {
      WITH_SUGGESTION:
        '<value> cannot be represented as Decimal(<precision>, <scale>). If necessary set <config> to "false" to bypass this error, and return NULL instead.',
      WITHOUT_SUGGESTION: "The <roundedValue> rounded half up from <originalValue> cannot be represented as Decimal(<precision>, <scale>).",
    },
  },
  NUM_COLUMNS_MISMATCH: {
    sqlState: "42826",
    message:
      "<operator> can only be performed on inputs with the same number of columns, but the first input has <firstNumColumns> columns and the <invalidOrdinalNum> input has <invalidNumColumns> columns.",
  },
  NOT_ACCEPTABLE: { sqlState: "0A000", message: "<accept> cannot be given here. Ask for <offered>." },
  OBJECT_NOT_FOUND: { sqlState: "58030", message: "There is no object <key>." },
  OPERATION_CANCELED: { sqlState: "HY008", message: "Operation has been canceled." },
  PAGE_NOT_FOUND: { sqlState: "42704", message: "The result of job <job> has no page <page>: it has <pages>." },
  PARQUET_TYPE_ILLEGAL: { sqlState: "42846", message: "Illegal Parquet type: <parquetType>." },
  PARQUET_TYPE_NOT_RECOGNIZED: { sqlState: "42846", message: "Unrecognized Parquet type: <field>." },
  PARQUET_TYPE_NOT_SUPPORTED: { sqlState: "42846", message: "Parquet type not yet supported: <parquetType>." },
  PARSE_MODE_UNSUPPORTED: {
    sqlState: "42601",
    message: "The function <funcName> doesn't support the <mode> mode. Acceptable modes are PERMISSIVE and FAILFAST.",
  },
  PARSE_SYNTAX_ERROR: { sqlState: "42601", message: "Syntax error at or near <error><hint>." },
  PARTITION_COLUMN_NOT_FOUND_IN_SCHEMA: {
    sqlState: "42000",
    message: "Partition column <column> not found in schema <schema>. Please provide the existing column for partitioning.",
  },
  PATH_ALREADY_EXISTS: {
    sqlState: "42K04",
    message: 'Path <outputPath> already exists. Set mode as "overwrite" to overwrite the existing path.',
  },
  PATH_NOT_FOUND: { sqlState: "42K03", message: "Path does not exist: <path>." },
  PIVOT_VALUE_DATA_TYPE_MISMATCH: {
    sqlState: "42K09",
    message: "Invalid pivot value '<value>': value data type <valueType> does not match pivot column data type <pivotType>.",
  },
  PROGRAM_FAILED: { sqlState: "38000", message: "The program ended with <ending>. Its log tells more." },
  QUEUE_REFUSED: {
    sqlState: "42501",
    message: "The queue service refused a request to <queue>: <detail>. Check the role's permissions and that the deployment is whole.",
  },
  QUEUE_UNAVAILABLE: { sqlState: "58030", message: "The queue <queue> did not answer: <detail>" },
  REMAINDER_BY_ZERO: {
    sqlState: "22012",
    message:
      'Remainder by zero. Use `try_mod` to tolerate divisor being 0 and return NULL instead. If necessary set <config> to "false" to bypass this error.',
  },
  REQUEST_HEADERS_TOO_LARGE: {
    sqlState: "54000",
    message: "The request's address and headers are over the limit of <count> headers or <length> characters.",
  },
  REQUEST_TOO_LARGE: { sqlState: "54000", message: "<what> is over the limit of <limit>. <advice>" },
  ROLE_UNAVAILABLE: {
    sqlState: "58030",
    message:
      "The role <role> cannot be assumed. Its trust policy has to name the driver's role, and that has to allow sts:AssumeRole: <detail>",
  },
  ROUTE_NOT_FOUND: { sqlState: "42704", message: "There is nothing at <path>. /v1/openapi.json says what there is." },
  SERVICE_ANSWER_INVALID: {
    sqlState: "08P01",
    message:
      "The answer of <service> cannot be read: <problem>. The address may be wrong, or the service of another version than this client.",
  },
  SERVICE_UNREACHABLE: {
    sqlState: "08001",
    message: "There is no answer from <service>: <reason>. Check the address, and that the service runs.",
  },
  SHUFFLE_BLOCK_LOST: { sqlState: "58030", message: "The shuffle block <block> cannot be read: <detail>." },
  SHUFFLE_OUTPUT_LOST: {
    sqlState: "58030",
    message: "The output of task attempt <attempt> could not be read, as those of <reruns> runs before it.",
  },
  SQL_CONF_NOT_FOUND: {
    sqlState: "42K0I",
    message: "The SQL config <sqlConf> cannot be found. Please verify that the config exists.",
  },
  STORE_REFUSED: {
    sqlState: "58030",
    message: "The object store refused a request for <key>: <detail> Check the bucket's name and region and the permissions of the role.",
  },
  STORE_UNAVAILABLE: { sqlState: "58030", message: "The object store did not answer for <key>: <detail>" },
  TABLE_OR_VIEW_NOT_FOUND: {
    sqlState: "42P01",
    message:
      "The table or view <relationName> cannot be found. Verify the spelling and correctness of the schema and catalog.\nIf you did not qualify the name with a schema, verify the current_schema() output, or qualify the name with the correct schema and catalog.\nTo tolerate the error on drop use DROP VIEW IF EXISTS or DROP TABLE IF EXISTS.",
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
  TEMP_TABLE_OR_VIEW_ALREADY_EXISTS: {
    sqlState: "42P07",
    message:
      "Cannot create the temporary view <relationName> because it already exists.\nChoose a different name, drop or replace the existing view, or add the IF NOT EXISTS clause to tolerate pre-existing views.",
  },
  THROTTLED: { sqlState: "53400", message: "No capacity for now: <detail>" },
  UDTF_ALIAS_NUMBER_MISMATCH: {
    sqlState: "42802",
    message:
      "The number of aliases supplied in the AS clause does not match the number of columns output by the UDTF.\nExpected <aliasesSize> aliases, but got <aliasesNames>.\nPlease ensure that the number of aliases provided matches the number of columns output by the UDTF.",
  },
  TOO_MANY_JOBS: { sqlState: "53400", message: "<count> jobs wait or run, and <limit> is the limit. Submit again when some are done." },
  UNABLE_TO_INFER_SCHEMA: { sqlState: "42KD9", message: "Unable to infer schema for <format>. It must be specified manually." },
  UNAUTHENTICATED: { sqlState: "28000", message: "The request does not say who asks: <expected>" },
  UNPIVOT_REQUIRES_VALUE_COLUMNS: {
    sqlState: "42K0A",
    message: "At least one value column needs to be specified for UNPIVOT, all columns specified as ids.",
  },
  UNPIVOT_VALUE_DATA_TYPE_MISMATCH: {
    sqlState: "42K09",
    message: "Unpivot value columns must share a least common type, some types do not: [<types>].",
  },
  UNRESOLVED_COLUMN: {
    sqlState: "42703",
    message: "A column, variable, or function parameter with name <objectName> cannot be resolved.",
    subconditions: { WITH_SUGGESTION: "Did you mean one of the following? [<proposal>].", WITHOUT_SUGGESTION: "" },
  },
  UNRESOLVED_ROUTINE: { sqlState: "42883", message: "Cannot resolve routine <routineName> on search path <searchPath>." },
  UNRESOLVED_USING_COLUMN_FOR_JOIN: {
    sqlState: "42703",
    message: "USING column <colName> cannot be resolved on the <side> side of the join. The <side>-side columns: [<suggestion>].",
  },
  UNSUPPORTED_DATATYPE: { sqlState: "0A000", message: "Unsupported data type <typeName>." },
  UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE: {
    sqlState: "0A000",
    message: "The <format> datasource doesn't support the column <columnName> of the type <columnType>.",
  },
  UNSUPPORTED_EXPR_FOR_PIVOT: {
    sqlState: "42K09",
    message: "Aggregate expression required for pivot, but <sqlExpr> did not appear in any aggregate function.",
  },
  UNSUPPORTED_EXPR_FOR_WINDOW: { sqlState: "42P20", message: "Expression <sqlExpr> not supported within a window function." },
  UNSUPPORTED_FEATURE: {
    sqlState: "0A000",
    message: "The feature is not supported:",
    subconditions: {
      AES_MODE: "AES-<mode> with the padding <padding> by the <functionName> function.",
      QUERY_ONLY_CORRUPT_RECORD_COLUMN:
        'Queries from raw JSON/CSV/XML files are disallowed when the\nreferenced columns only include the internal corrupt record column\n(named `_corrupt_record` by default). For example:\n`spark.read.schema(schema).json(file).filter($"_corrupt_record".isNotNull).count()`\nand `spark.read.schema(schema).json(file).select("_corrupt_record").show()`.\nInstead, you can cache or save the parsed results and then send the same query.\nFor example, `val df = spark.read.schema(schema).json(file).cache()` and then\n`df.filter($"_corrupt_record".isNotNull).count()`.',
      SET_OPERATION_ON_MAP_TYPE:
        "Cannot have MAP type columns in DataFrame which calls set operations (INTERSECT, EXCEPT, etc.), but the type of column <colName> is <dataType>.",
    },
  },
  UNSUPPORTED_GENERATOR: {
    sqlState: "42K0E",
    message: "The generator is not supported:",
    subconditions: {
      MULTI_GENERATOR: "only one generator allowed per SELECT clause but found <num>: <generators>.",
      NESTED_IN_EXPRESSIONS: "nested in expressions <expression>.",
    },
  },
  UNSUPPORTED_JOIN_TYPE: { sqlState: "0A000", message: "Unsupported join type '<typ>'. Supported join types include: <supported>." },
  UNSUPPORTED_MEDIA_TYPE: { sqlState: "0A000", message: "A body of type <type> cannot be read. Send <expected>." },
  UNSUPPORTED_TIME_PRECISION: {
    sqlState: "0A001",
    message: "The seconds precision <precision> of the TIME data type is out of the supported range [0, 6].",
  },
  USER_RAISED_EXCEPTION: { sqlState: "P0001", message: "<errorMessage>" },
  WINDOW_FUNCTION_FRAME_NOT_ORDERED: {
    sqlState: "42601",
    message:
      "Window function <wf_name> requires the window to be ordered. You need to add an ORDER BY clause. For example: SELECT <wf_expr> OVER (PARTITION BY window_partition ORDER BY window_ordering) FROM table.",
  },
  WORKER_LOST: { sqlState: "58000", message: "The worker of task attempt <attempt> was lost: <reason>." },
  WRONG_NUM_ARGS: {
    sqlState: "42605",
    message: "The <functionName> requires <expectedNum> parameters but the actual number is <actualNum>.",
    subconditions: { WITHOUT_SUGGESTION: "Please, refer to 'https://spark.apache.org/docs/latest/sql-ref-functions.html' for a fix." },
  },
};
