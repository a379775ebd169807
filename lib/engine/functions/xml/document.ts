import { DOMParser, type Document, type Node, ParseError } from "@xmldom/xmldom";

/** XML as the functions read it: elements with attributes, and text with CDATA in it; comments and instructions are left out. */
export interface XmlElement {
  readonly kind: "element";
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly children: readonly (XmlElement | XmlText)[];
}
export interface XmlText {
  readonly kind: "text";
  readonly text: string;
}

/** Text that is no XML. */
export class XmlSyntaxError extends Error {}

/** A document in the form that XPath takes. Throws XmlSyntaxError. */
export function parseDocument(text: string): Document {
  try {
    return new DOMParser({
      locator: false,
      onError: (level, message) => {
        if (level !== "warning") throw new XmlSyntaxError(message);
      },
    }).parseFromString(text.trim(), "text/xml");
  } catch (cause) {
    if (cause instanceof XmlSyntaxError) throw cause;
    throw new XmlSyntaxError(cause instanceof ParseError || cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Throws XmlSyntaxError. */
export function parseXml(text: string): XmlElement {
  const root = parseDocument(text).documentElement;
  if (!root) throw new XmlSyntaxError("there is no element");
  return elementOf(root);
}

const ELEMENT = 1;
const TEXT = 3;
const CDATA = 4;

function elementOf(node: Node): XmlElement {
  const { attributes, nodeName } = node as unknown as { attributes: ArrayLike<{ name: string; value: string }>; nodeName: string };
  const children: (XmlElement | XmlText)[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.nodeType === ELEMENT) children.push(elementOf(child));
    else if (child.nodeType === TEXT || child.nodeType === CDATA) {
      const last = children.at(-1);
      const text = child.nodeValue ?? "";
      if (last?.kind === "text") children[children.length - 1] = { kind: "text", text: last.text + text };
      else if (text !== "") children.push({ kind: "text", text });
    }
  }
  const named = Array.from(attributes, ({ name, value }) => [name, value] as const);
  return { kind: "element", name: nodeName, attributes: named, children };
}

/** What stands in an element, as text again. */
export const innerXml = (element: XmlElement): string =>
  element.children.map((child) => (child.kind === "text" ? child.text : outerXml(child))).join("");

function outerXml(element: XmlElement): string {
  const attributes = element.attributes.map(([name, value]) => ` ${name}="${value}"`).join("");
  return `<${element.name}${attributes}>${innerXml(element)}</${element.name}>`;
}
