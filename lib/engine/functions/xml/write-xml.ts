import { ExecutionError } from "../../errors.ts";
import * as t from "../../types/data-type.ts";
import { binaryText } from "../../types/hive-text.ts";
import { javaDouble, javaFloat } from "../../types/java-number.ts";
import type { StructValue, Value } from "../../types/values.ts";
import type { Variant } from "../../types/variant/variant.ts";
import type { SessionSettings } from "../function.ts";
import { textOfValue } from "../json-value.ts";
import type { XmlOptions } from "./xml-options.ts";

/** A struct, or a variant, as one XML element. Source: Spark's StaxXmlGenerator. */
export function writeXml(value: Value, type: t.DataType, options: XmlOptions, session: SessionSettings): string {
  const writer = new Writer(options, session);
  writer.element(options.rowTag, type, value);
  return writer.text.trim();
}

const NAME = /^[\p{L}_:][\p{L}\p{N}_:.\-\u00b7\p{M}]*$/u;

class Writer {
  text = "";
  readonly #options: XmlOptions;
  readonly #session: SessionSettings;
  #depth = 0;
  /** A start tag whose `>` is not written yet: attributes may follow. */
  #open = false;
  #last: "nothing" | "element" | "text" = "nothing";

  constructor(options: XmlOptions, session: SessionSettings) {
    this.#options = options;
    this.#session = session;
  }

  #isAttribute(name: string): boolean {
    return name.startsWith(this.#options.attributePrefix) && name !== this.#options.valueTag;
  }

  element(name: string, type: t.DataType, value: Value): void {
    if (value === null && this.#options.nullText === undefined) return;
    if (name === this.#options.valueTag) this.#content(type, value);
    else if (type.kind === "variant" && value !== null) this.#variant(name, value as Variant);
    else this.#within(name, () => this.#content(type, value));
  }

  #within(name: string, write: () => void): void {
    if (!NAME.test(name))
      throw new ExecutionError("FIRECREST_UNSUPPORTED", {
        feature: `'${name}' as the name of an XML element`,
        advice: "Rename the field.",
      });
    this.#close();
    this.#newLine(this.#depth > 0);
    this.text += `<${name}`;
    this.#open = true;
    this.#last = "nothing";
    this.#depth++;
    write();
    this.#depth--;
    if (this.#open) {
      this.text += "/>";
      this.#open = false;
    } else {
      this.#newLine(this.#endsWithElement());
      this.text += `</${name}>`;
    }
    this.#last = "element";
  }

  #endsWithElement(): boolean {
    return this.#last === "element";
  }

  #close(): void {
    if (this.#open) this.text += ">";
    this.#open = false;
  }

  #newLine(wanted: boolean): void {
    if (wanted && this.#options.indent !== "") this.text += `\n${this.#options.indent.repeat(this.#depth)}`;
  }

  #characters(text: string): void {
    this.#close();
    this.text += text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replace(/(^|\])>/g, "$1&gt;");
    this.#last = "text";
  }

  #attribute(name: string, text: string): void {
    const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
    this.text += ` ${name.slice(this.#options.attributePrefix.length)}="${escaped}"`;
  }

  #child(name: string, type: t.DataType, value: Value): void {
    if (this.#isAttribute(name)) {
      const text = value === null ? this.#options.nullText : this.#scalar(value, type);
      if (text !== undefined) this.#attribute(name, text);
    } else if (type.kind === "array" && value !== null) {
      for (const item of value as readonly Value[]) this.element(name, type.elementType, item);
    } else this.element(name, type, value);
  }

  #content(type: t.DataType, value: Value): void {
    if (value === null) {
      this.#characters(this.#options.nullText ?? "");
      return;
    }
    switch (type.kind) {
      case "array":
        for (const item of value as readonly Value[]) this.#child(this.#options.arrayElementName, type.elementType, item);
        break;
      case "map":
        this.#fields([...(value as Map<Value, Value>)].map(([key, item]) => [String(key), type.valueType, item]));
        break;
      case "struct":
        this.#fields(type.fields.map((f) => [f.name, f.dataType, (value as StructValue)[f.name] ?? null]));
        break;
      default:
        this.#characters(this.#scalar(value, type));
    }
  }

  /** Attributes come first. */
  #fields(fields: readonly (readonly [string, t.DataType, Value])[]): void {
    for (const wanted of [true, false]) for (const field of fields) if (this.#isAttribute(field[0]) === wanted) this.#child(...field);
  }

  #scalar(value: Value, type: t.DataType): string {
    switch (type.kind) {
      case "float":
        return javaFloat(value as number);
      case "double":
        return javaDouble(value as number);
      case "binary":
        return binaryText(value as Uint8Array, this.#session.binaryStyle ?? "UTF-8");
      case "date":
      case "timestamp":
      case "timestamp_ntz":
        return textOfValue(value, type, this.#options.text, this.#session.timeZone);
      default:
        return String(value);
    }
  }

  #variant(name: string, value: Variant): void {
    const content = value.content();
    switch (content.kind) {
      case "object":
        this.#within(name, () => {
          for (const wanted of [true, false])
            for (const { key, value: item } of content.fields) if (this.#isAttribute(key) === wanted) this.#variant(key, item);
        });
        break;
      case "array":
        for (const item of content.items) this.#variant(item.content().kind === "array" ? this.#options.arrayElementName : name, item);
        break;
      case "null":
        this.element(name, t.stringType, null);
        break;
      default:
        this.#child(name, t.stringType, this.#variantText(content));
    }
  }

  #variantText(content: Exclude<ReturnType<Variant["content"]>, { kind: "array" | "object" | "null" }>): string {
    const { kind, value } = content;
    if (kind === "binary") return Buffer.from(value).toString("base64");
    if (kind === "boolean" || kind === "long" || kind === "string" || kind === "uuid") return String(value);
    return this.#scalar(value, kind === "decimal" ? t.decimalType(38, 0) : { kind });
  }
}
