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
  AMBIGUOUS_REFERENCE: { sqlState: "42704", message: "Reference <name> is ambiguous, could be: <referenceNames>." },
  ARITHMETIC_OVERFLOW: {
    sqlState: "22003",
    message: '<message>.<alternative> If necessary set <config> to "false" to bypass this error.',
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
  DATATYPE_MISMATCH: {
    sqlState: "42K09",
    message: "Cannot resolve <sqlExpr> due to data type mismatch:",
    subconditions: {
      BINARY_OP_DIFF_TYPES: "the left and right operands of the binary operator have incompatible types (<left> and <right>).",
      BINARY_OP_WRONG_TYPE: "the binary operator requires the input type <inputType>, not <actualDataType>.",
      CAST_WITHOUT_SUGGESTION: "cannot cast <srcType> to <targetType>.",
      DATA_DIFF_TYPES: "Input to <functionName> should all be the same type, but it's <dataType>.",
      FILTER_NOT_BOOLEAN: "Filter expression <filter> of type <type> is not a boolean.",
      INVALID_JSON_SCHEMA: "Input schema <schema> must be a struct, an array, a map or a variant.",
      INVALID_ORDERING_TYPE: "The <functionName> does not support ordering on type <dataType>.",
      UNEXPECTED_INPUT_TYPE: "The <paramIndex> parameter requires the <requiredType> type, however <inputSql> has the type <inputType>.",
      NON_FOLDABLE_INPUT: "the input <inputName> should be a foldable <inputType> expression; however, got <inputExpr>.",
    },
  },
  DIVIDE_BY_ZERO: {
    sqlState: "22012",
    message:
      'Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead. If necessary set <config> to "false" to bypass this error.',
  },
  FIRECREST_UNSUPPORTED: { sqlState: "0A000", message: "<feature> is not supported by Firecrest yet. <advice>" },
  INTERNAL_ERROR: { sqlState: "XX000", message: "<message>" },
  NUMERIC_VALUE_OUT_OF_RANGE: {
    sqlState: "22003",
    message: "",
    subconditions: {
      WITH_SUGGESTION:
        'The <value> cannot be represented as Decimal(<precision>, <scale>). If necessary set <config> to "false" to bypass this error, and return NULL instead.',
      WITHOUT_SUGGESTION: "The <roundedValue> rounded half up from <originalValue> cannot be represented as Decimal(<precision>, <scale>).",
    },
  },
  UNRESOLVED_COLUMN: {
    sqlState: "42703",
    message: "A column, variable, or function parameter with name <objectName> cannot be resolved.",
    subconditions: { WITH_SUGGESTION: "Did you mean one of the following? [<proposal>].", WITHOUT_SUGGESTION: "" },
  },
  UNRESOLVED_ROUTINE: { sqlState: "42883", message: "Cannot resolve routine <routineName> on search path <searchPath>." },
  WRONG_NUM_ARGS: {
    sqlState: "42605",
    message: "The <functionName> requires <expectedNum> parameters but the actual number is <actualNum>.",
    subconditions: { WITHOUT_SUGGESTION: "Please, refer to 'https://spark.apache.org/docs/latest/sql-ref-functions.html' for a fix." },
  },
  AMBIGUOUS_REFERENCE_TO_FIELDS: { sqlState: "42000", message: "Ambiguous reference to the field <field>. It appears <count> times in the schema." },
  DISK_FULL: { sqlState: "58030", message: "No space is left on the disk: <detail> Free space, or point spark.local.dir at a larger disk." },
  FAILED_EXECUTE_UDF: { sqlState: "39000", message: "User defined function (<functionName>: (<signature>) => <result>) failed due to: <reason>." },
  FIELD_NOT_FOUND: { sqlState: "42704", message: "No such struct field <fieldName> in <fields>." },
  INVALID_EXTRACT_BASE_FIELD_TYPE: { sqlState: "42000", message: "Can't extract a value from <base>. Need a complex type [STRUCT, ARRAY, MAP] but got <other>." },
  INVALID_EXTRACT_FIELD_TYPE: { sqlState: "42000", message: "Field name should be a non-null string literal, but it's <extraction>." },
  INVALID_USAGE_OF_STAR_OR_REGEX: { sqlState: "42000", message: "Invalid usage of <elem> in <prettyName>." },
  OPERATION_CANCELED: { sqlState: "HY008", message: "Operation has been canceled." },
  TASK_OUT_OF_MEMORY: { sqlState: "53200", message: "A task ran out of memory: <detail> Give it more (--memory, spark.executor.memory) or more partitions (spark.sql.shuffle.partitions)." },
  UDTF_ALIAS_NUMBER_MISMATCH: { sqlState: "42802", message: "The number of aliases supplied in the AS clause does not match the number of columns output by the UDTF. Expected <aliasesSize> aliases, but got <aliasesNames>. Please ensure that the number of aliases provided matches the number of columns output by the UDTF." },
  UNSUPPORTED_EXPR_FOR_WINDOW: { sqlState: "42P20", message: "Expression <sqlExpr> not supported within a window function." },
  WINDOW_FUNCTION_WITHOUT_ORDER_BY: { sqlState: "42601", message: "<funcName> requires an ORDER BY clause: SELECT <funcName>() OVER (ORDER BY ...)" },
  INVALID_LAMBDA_FUNCTION_CALL: {
    sqlState: "42K0D",
    message: "Invalid lambda function call.",
    subconditions: {
      NUM_ARGS_MISMATCH: "A higher order function expects <expectedNumArgs> arguments, but got <actualNumArgs>.",
    },
  },
};
