import { AnalysisError } from "../../errors.ts";
import type { Call, Expression } from "../../expressions/expression.ts";
import { prettyName } from "../../expressions/print.ts";
import { typeSql } from "../../expressions/print-type.ts";
import { isFoldable, isNullable, typeOf } from "../../expressions/properties.ts";
import { sqlExpr, sqlTypeOf } from "../../expressions/quoting.ts";
import * as t from "../../types/data-type.ts";
import type { Value } from "../../types/values.ts";
import { unexpectedInput } from "../alignment.ts";
import { scalarsOf } from "../define.ts";
import {
  any,
  exactly,
  type FunctionEntry,
  type JavaScriptImplementation,
  of,
  type ScalarFunction,
  type SessionSettings,
  takes,
  takesUpTo,
} from "../function.ts";
import { nullableType } from "../json.ts";
import { optionsOf, optionsOfValue, schemaOf } from "../text-options.ts";
import { readXml } from "./read-xml.ts";
import { schemaOfXml } from "./schema-of-xml.ts";
import { writeXml } from "./write-xml.ts";
import { xmlOptions } from "./xml-options.ts";
import { xpathBoolean, xpathList, xpathNumber, xpathString } from "./xpath.ts";

const scalar = scalarsOf("xml");
const text = of(t.stringType);

const notFoldable = (name: string, inputName: string, arg: Expression, args: readonly Expression[]): AnalysisError =>
  new AnalysisError("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", {
    sqlExpr: `"${prettyName({ kind: "unresolvedFunction", name, args })}"`,
    inputName: `\`${inputName}\``,
    inputType: '"STRING"',
    inputExpr: sqlExpr(arg),
  });

function xpath(names: string, doc: string, returns: t.DataType, evaluate: (xml: string, path: string) => Value): ScalarFunction {
  const name = names.split(" ")[0]!;
  return scalar(
    names,
    doc,
    exactly(takes(text, text)),
    returns,
    { evaluate: ([xml, path]) => evaluate(xml as string, path as string) },
    {
      nullable: true,
      check: (args) => {
        if (!isFoldable(args[1]!)) throw notFoldable(name, "path", args[1]!, args);
        return args;
      },
    },
  );
}

/** As Java converts a double: NaN is 0, what is out of range is the nearest end. */
const saturated = (value: number | null, bits: number): bigint | null => {
  if (value === null) return null;
  if (Number.isNaN(value)) return 0n;
  const [least, most] = [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n];
  if (!Number.isFinite(value)) return value > 0 ? most : least;
  const whole = BigInt(Math.trunc(value));
  return whole < least ? least : whole > most ? most : whole;
};
const asNumber = (value: bigint | null): number | null => (value === null ? null : Number(value));
/** A short is the low half of an int. */
const low16 = (value: bigint | null): number | null => (value === null ? null : Number(BigInt.asIntN(16, value)));

const inferred = {
  schema_of_xml: ([xml, options]: readonly Expression[]) => typeSql(schemaOfXml(literalXml(xml!, [xml!]), xmlOptions(optionsOf(options)))),
};

function literalXml(xml: Expression, args: readonly Expression[]): string {
  if (xml.kind === "literal" && typeof xml.value === "string") return xml.value;
  if (xml.kind === "literal")
    throw new AnalysisError("DATATYPE_MISMATCH.UNEXPECTED_NULL", { sqlExpr: '"schema_of_xml(NULL)"', exprName: "xml" });
  throw notFoldable("schema_of_xml", "xml", xml, args.slice(0, 1));
}

function checkFromXml(args: readonly Expression[], session: SessionSettings): readonly Expression[] {
  const type = schemaOf(args[1]!, inferred, session);
  if (type.kind !== "struct" && type.kind !== "variant") {
    throw new AnalysisError("DATATYPE_MISMATCH.INVALID_XML_SCHEMA", {
      sqlExpr: `"from_xml(${prettyName(args[0]!)})"`,
      schema: sqlTypeOf(type),
    });
  }
  const options = optionsOf(args[2]);
  xmlOptions(options);
  const mode = options.mode?.toUpperCase() ?? "PERMISSIVE";
  if (mode !== "PERMISSIVE" && mode !== "FAILFAST") throw new AnalysisError("PARSE_MODE_UNSUPPORTED", { funcName: "`from_xml`", mode });
  return args;
}

function checkToXml(args: readonly Expression[]): readonly Expression[] {
  xmlOptions(optionsOf(args[1]));
  const { kind } = typeOf(args[0]!);
  if (kind !== "struct" && kind !== "variant") throw unexpectedInput("to_xml", 0, args.slice(0, 1), '"STRUCT"');
  return args;
}

export const xmlFunctions: readonly FunctionEntry[] = [
  xpath("xpath", "Returns the values of the nodes at an XPath.", t.arrayType(t.stringType), xpathList),
  xpath("xpath_boolean", "Returns whether an XPath is true, or has a node.", t.booleanType, xpathBoolean),
  xpath("xpath_double xpath_number", "Returns an XPath as a double.", t.doubleType, xpathNumber),
  xpath("xpath_float", "Returns an XPath as a float.", t.floatType, (xml, path) => {
    const number = xpathNumber(xml, path);
    return number === null ? null : Math.fround(number);
  }),
  xpath("xpath_int", "Returns an XPath as an int, 0 for what is no number.", t.integerType, (xml, path) =>
    asNumber(saturated(xpathNumber(xml, path), 32)),
  ),
  xpath("xpath_long", "Returns an XPath as a bigint, 0 for what is no number.", t.longType, (xml, path) =>
    saturated(xpathNumber(xml, path), 64),
  ),
  xpath("xpath_short", "Returns an XPath as a smallint, 0 for what is no number.", t.shortType, (xml, path) =>
    low16(saturated(xpathNumber(xml, path), 32)),
  ),
  xpath("xpath_string", "Returns the text of the first node at an XPath.", t.stringType, xpathString),
  scalar(
    "from_xml",
    "Reads XML text as a struct of a schema, or as a variant: from_xml(text, schema[, options]).",
    takesUpTo(1, text, any, any),
    (_types, args, session) => nullableType(schemaOf(args[1]!, inferred, session)),
    (_args: readonly string[], call: Call): JavaScriptImplementation => ({
      evaluate: ([xml, , options], session) =>
        readXml(xml as string, call.type, { ...session, options: xmlOptions(optionsOfValue(options)) }),
    }),
    { nullable: true, check: checkFromXml },
  ),
  scalar(
    "to_xml",
    "Writes a struct or a variant as XML text: to_xml(value[, options]).",
    takesUpTo(1, any, any),
    t.stringType,
    (_args: readonly string[], call: Call): JavaScriptImplementation => {
      const type = typeOf(call.args[0]!);
      return {
        evaluate: ([value, options], session) => writeXml(value as Value, type, xmlOptions(optionsOfValue(options)), session),
      };
    },
    { nullable: ([value]) => isNullable(value!), check: checkToXml },
  ),
  scalar(
    "schema_of_xml",
    "Returns the schema of an XML text as DDL.",
    takesUpTo(1, any, any),
    t.stringType,
    { evaluate: ([xml, options]) => typeSql(schemaOfXml(xml as string, xmlOptions(optionsOfValue(options)))) },
    {
      nullable: false,
      check: (args) => {
        literalXml(args[0]!, args);
        inferred.schema_of_xml(args);
        return args;
      },
    },
  ),
];
