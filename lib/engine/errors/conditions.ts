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
  FIRECREST_INVALID_PLAN: { sqlState: "56K00", message: "The plan is not valid at <path>: <problem>." },
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
  ASSIGNMENT_ARITY_MISMATCH: { sqlState: "42802", message: "The number of columns or variables assigned or aliased: <numTarget> does not match the number of source expressions: <numExpr>." },
  CANNOT_RESOLVE_STAR_EXPAND: { sqlState: "42704", message: "Cannot resolve <targetString>.* given input columns <columns>. Please check that the specified table or struct exists and is accessible in the input columns." },
  GROUPING_COLUMN_MISMATCH: { sqlState: "42803", message: "Column of grouping (<grouping>) can't be found in grouping columns <groupingColumns>." },
  GROUPING_SIZE_LIMIT_EXCEEDED: { sqlState: "54000", message: "Grouping sets size cannot be greater than <maxSize>." },
  GROUP_BY_AGGREGATE: { sqlState: "42903", message: "Aggregate functions are not allowed in GROUP BY, but found <sqlExpr>." },
  GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE: { sqlState: "42822", message: "The expression <sqlExpr> cannot be used as a grouping expression because its data type <dataType> is not an orderable data type." },
  INCOMPATIBLE_COLUMN_TYPE: { sqlState: "42825", message: "<operator> can only be performed on tables with compatible column types. The <columnOrdinalNumber> column of the <tableOrdinalNumber> table is <dataType1> type which is not compatible with <dataType2> at the same column of the first table.<hint>." },
  INVALID_WHERE_CONDITION: { sqlState: "42903", message: "The WHERE condition <condition> contains invalid expressions: <expressionList>. Rewrite the query to avoid window functions, aggregate functions, and generator functions in the WHERE clause." },
  MISSING_AGGREGATION: { sqlState: "42803", message: "The non-aggregating expression <expression> is based on columns which are not participating in the GROUP BY clause. Add the columns or the expression to the GROUP BY, aggregate the expression, or use <expressionAnyValue> if you do not care which of the values within a group is returned." },
  MISSING_GROUP_BY: { sqlState: "42803", message: "The query does not include a GROUP BY clause. Add GROUP BY or turn it into the window functions using OVER clauses." },
  NESTED_AGGREGATE_FUNCTION: { sqlState: "42607", message: "It is not allowed to use an aggregate function in the argument of another aggregate function. Please use the inner aggregate function in a sub-query." },
  NUM_COLUMNS_MISMATCH: { sqlState: "42826", message: "<operator> can only be performed on inputs with the same number of columns, but the first input has <firstNumColumns> columns and the <invalidOrdinalNum> input has <invalidNumColumns> columns." },
  PIVOT_VALUE_DATA_TYPE_MISMATCH: { sqlState: "42K09", message: "Invalid pivot value '<value>': value data type <valueType> does not match pivot column data type <pivotType>." },
  UNPIVOT_REQUIRES_VALUE_COLUMNS: { sqlState: "42K0A", message: "At least one value column needs to be specified for UNPIVOT, all columns specified as ids." },
  UNPIVOT_VALUE_DATA_TYPE_MISMATCH: { sqlState: "42K09", message: "Unpivot value columns must share a least common type, some types do not: [<types>]." },
  UNRESOLVED_USING_COLUMN_FOR_JOIN: { sqlState: "42703", message: "USING column <colName> cannot be resolved on the <side> side of the join. The <side>-side columns: <suggestion>." },
  UNSUPPORTED_EXPR_FOR_PIVOT: { sqlState: "42K09", message: "Aggregate expression required for pivot, but <sqlExpr> did not appear in any aggregate function." },
  UNSUPPORTED_FEATURE: {
    sqlState: "0A000",
    message: "The feature is not supported:",
    subconditions: { SET_OPERATION_ON_MAP_TYPE: "Cannot have MAP type columns in DataFrame which calls set operations (INTERSECT, EXCEPT, etc.), but the type of column <colName> is <dataType>." },
  },
  UNSUPPORTED_GENERATOR: {
    sqlState: "42K0E",
    message: "The generator is not supported:",
    subconditions: {
      MULTI_GENERATOR: "only one generator allowed per SELECT clause but found <num>: <generators>.",
      NESTED_IN_EXPRESSIONS: "nested in expressions <expression>.",
    },
  },
};
