import { AnalysisError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { isFoldable, typeOf } from "../expressions/properties.ts";
import { isReserved, keywords } from "../keywords.ts";
import * as t from "../types/data-type.ts";
import { scalarsOf } from "./define.ts";
import { any, type FunctionEntry, quoteText, type ScalarFunction, type Signature, takes, takesMany, takesUpTo } from "./function.ts";

/**
 * Functions whose work is done elsewhere: by Spark's packages for Avro and Protocol Buffers, which a plain Spark does not load either, by
 * geospatial types, which it does not enable, and by classes of the JVM, which is not here. They are known, so that they are refused by name.
 */
const scalar = scalarsOf("misc");

const refused = (
  name: string,
  doc: string,
  signature: Signature,
  returns: t.DataType,
  refuse: (args: readonly Expression[]) => Error,
): ScalarFunction =>
  scalar(
    name,
    doc,
    signature,
    returns,
    () => {
      throw new TypeError(`${name} is refused by the analyzer`);
    },
    {
      check: (args) => {
        throw refuse(args);
      },
    },
  );

/** What each of the arguments behind the first is checked for before its package is missed. */
type Wanted = readonly [index: number, isOne: (type: t.DataType) => boolean, msg: string];

const text = (type: t.DataType): boolean => type.kind === "string" || type.kind === "void";
const options = (type: t.DataType): boolean =>
  type.kind === "void" ||
  (type.kind === "map" && [type.keyType, type.valueType].every((part) => part.kind === "string" || part.kind === "void"));

const SCHEMA = "must be a constant string containing the JSON representation of the schema to use for converting the value";
const OPTIONS = "must be a constant map of strings to strings containing the options to use for converting the value";

/** A function of a package that is not loaded. Source: Spark's avroSqlFunctions.scala and protobufSqlFunctions.scala. */
function packaged(
  name: string,
  doc: string,
  condition: string,
  signature: Signature,
  returns: t.DataType,
  wanted: readonly Wanted[],
): ScalarFunction {
  return refused(name, doc, signature, returns, (args) => {
    const bad = wanted.find(([i, isOne]) => args[i] && !(isFoldable(args[i]) && isOne(typeOf(args[i]))));
    if (!bad) return new AnalysisError(condition, { functionName: name.toUpperCase() });
    const sqlExpr = `"${prettyName({ kind: "unresolvedFunction", name, args })}"`;
    return new AnalysisError("DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT", { sqlExpr, msg: bad[2], hint: "" });
  });
}

const AVRO = "AVRO_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE";
const PROTOBUF = "PROTOBUF_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE";

const onJvm = (name: string) =>
  refused(
    name,
    "Calls a static method of a Java class: not here, where there is no JVM.",
    takesMany(1, any),
    t.stringType,
    () =>
      new AnalysisError("FIRECREST_UNSUPPORTED", { feature: `The function ${name}`, advice: "Write a function in TypeScript with udf." }),
  );

const geospatial = (name: string, doc: string, signature: Signature, returns: t.DataType) =>
  refused(name, `${doc}: disabled, as in Spark.`, signature, returns, () => new AnalysisError("UNSUPPORTED_FEATURE.GEOSPATIAL_DISABLED"));

/** The words that Spark's SQL knows; two of them are other spellings in its grammar, which it does not list. */
const LISTED = [...keywords].filter((word) => word !== "RLIKE" && word !== "TEMPORARY").sort();

export const functionsElsewhere: readonly FunctionEntry[] = [
  packaged("from_avro", "Reads a value from Avro, by the package spark-avro.", AVRO, takesUpTo(1, any, any, any), t.voidType, [
    [1, text, `The second argument of the FROM_AVRO SQL function ${SCHEMA} from AVRO format`],
    [2, options, `The third argument of the FROM_AVRO SQL function ${OPTIONS} from AVRO format`],
  ]),
  packaged("to_avro", "Writes a value as Avro, by the package spark-avro.", AVRO, takesUpTo(1, any, any), t.binaryType, [
    [1, text, `The second argument of the TO_AVRO SQL function ${SCHEMA} to AVRO format`],
  ]),
  packaged(
    "schema_of_avro",
    "Returns the schema of Avro's as DDL, by the package spark-avro.",
    AVRO,
    takesUpTo(1, any, any),
    t.stringType,
    [
      [0, text, `The first argument of the SCHEMA_OF_AVRO SQL function ${SCHEMA} from AVRO format`],
      [1, options, `The second argument of the SCHEMA_OF_AVRO SQL function ${OPTIONS} from AVRO format`],
    ],
  ),
  packaged(
    "from_protobuf",
    "Reads a Protocol Buffers message, by the package spark-protobuf.",
    PROTOBUF,
    takesUpTo(2, any, any, any, any),
    t.voidType,
    [],
  ),
  packaged(
    "to_protobuf",
    "Writes a Protocol Buffers message, by the package spark-protobuf.",
    PROTOBUF,
    takesUpTo(2, any, any, any, any),
    t.binaryType,
    [],
  ),
  onJvm("java_method"),
  onJvm("reflect"),
  onJvm("try_reflect"),
  geospatial("st_asbinary", "Returns the WKB of a geography or geometry", takes(any), t.binaryType),
  geospatial("st_geogfromwkb", "Reads a geography from WKB", takes(any), t.binaryType),
  geospatial("st_geomfromwkb", "Reads a geometry from WKB", takesUpTo(1, any, any), t.binaryType),
  geospatial("st_srid", "Returns the SRID of a geography or geometry", takes(any), t.integerType),
  geospatial("st_setsrid", "Returns a geography or geometry with another SRID", takes(any, any), t.binaryType),
  {
    kind: "generator",
    names: ["sql_keywords"],
    group: "generator",
    doc: "Returns the keywords of SQL, and whether each is reserved.",
    signature: takes(),
    fields: () => [t.structField("keyword", t.stringType, false), t.structField("reserved", t.booleanType, false)],
    rows: (_args, _call, session) =>
      `[${LISTED.map((word) => `{c0: ${quoteText(word)}, c1: ${session.reservedKeywords === true && isReserved(word)}}`).join(", ")}]`,
  },
];
