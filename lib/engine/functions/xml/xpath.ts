import * as module from "xpath";
import { ExecutionError } from "../../errors.ts";
import type { Value } from "../../types/values.ts";
import { parseDocument, XmlSyntaxError } from "./document.ts";

/** What the library does beyond its declarations: an expression parsed once, for documents whose namespaces do not count. */
interface Parsed {
  evaluate(options: { readonly node: unknown; readonly allowAnyNamespaceForNoPrefix: boolean }): Result;
}
interface Result {
  booleanValue(): boolean;
  numberValue(): number;
  stringValue(): string;
  /** Only a set of nodes has it. */
  toArray?(): readonly { readonly nodeValue: string | null }[];
}
const library = ("default" in module ? module.default : module) as unknown as { parse(path: string): Parsed };

const parsed = new Map<string, Parsed>();
/** Paths are constants of a query: there are few. */
const MOST_PARSED = 100;

function expressionOf(path: string): Parsed {
  const known = parsed.get(path);
  if (known) return known;
  if (parsed.size >= MOST_PARSED) parsed.clear();
  try {
    const expression = library.parse(path);
    parsed.set(path, expression);
    return expression;
  } catch (cause) {
    throw new ExecutionError(
      "FIRECREST_UNSUPPORTED",
      { feature: `The XPath '${path}'`, advice: "Write an expression of XPath 1.0." },
      { cause },
    );
  }
}

/** Documents of a chunk, which a statement may ask for several paths one after the other. */
const documents = new Map<string, ReturnType<typeof parseDocument>>();
const MOST_DOCUMENTS = 2048;
/** Longer ones are not kept. */
const KEPT_CHARACTERS = 4096;

function documentOf(xml: string): ReturnType<typeof parseDocument> {
  const known = documents.get(xml);
  if (known) return known;
  const document = parseDocument(xml);
  if (documents.size >= MOST_DOCUMENTS) documents.clear();
  if (xml.length <= KEPT_CHARACTERS) documents.set(xml, document);
  return document;
}

/** The result of an XPath over XML text; undefined where either is empty. Source: Spark's UDFXPathUtil. */
function evaluate(xml: string, path: string): Result | undefined {
  if (xml === "" || path === "") return undefined;
  const expression = expressionOf(path);
  try {
    return expression.evaluate({ node: documentOf(xml), allowAnyNamespaceForNoPrefix: true });
  } catch (cause) {
    if (cause instanceof XmlSyntaxError)
      throw new ExecutionError("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", { badRecord: xml, failFastMode: "FAILFAST" }, { cause });
    throw new ExecutionError(
      "FIRECREST_UNSUPPORTED",
      { feature: `The XPath '${path}' of this document`, advice: "Leave out prefixes." },
      { cause },
    );
  }
}

export const xpathBoolean = (xml: string, path: string): Value => evaluate(xml, path)?.booleanValue() ?? null;
export function xpathNumber(xml: string, path: string): number | null {
  const result = evaluate(xml, path);
  if (!result) return null;
  return result.toArray ? numberOfText(result.stringValue()) : result.numberValue();
}

/** As XPath reads numbers: with no exponent, and of nothing no zero. */
const numberOfText = (text: string): number => (/^\s*-?(?:\d+(?:\.\d*)?|\.\d+)\s*$/.test(text) ? Number(text) : Number.NaN);

export const xpathString = (xml: string, path: string): Value => evaluate(xml, path)?.stringValue() ?? null;

/** The values of the nodes; an element has none. */
export function xpathList(xml: string, path: string): Value {
  const result = evaluate(xml, path);
  if (!result) return null;
  if (!result.toArray)
    throw new ExecutionError("FIRECREST_UNSUPPORTED", { feature: `xpath of '${path}', which gives no nodes`, advice: "Use xpath_string." });
  return result.toArray().map((node) => node.nodeValue ?? null);
}
