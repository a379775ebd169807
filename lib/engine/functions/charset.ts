import { ExecutionError } from "../errors.ts";

/** The character sets of encode and decode. Source: Spark's CharsetProvider. Text that one cannot say is an error, as of Spark 4. */
const NAMES = ["iso-8859-1", "us-ascii", "utf-16", "utf-16be", "utf-16le", "utf-32", "utf-8"];

function knownCharset(charset: string, functionName: string): string {
  const name = charset.toLowerCase();
  if (NAMES.includes(name)) return name;
  throw new ExecutionError("INVALID_PARAMETER_VALUE.CHARSET", {
    functionName: `\`${functionName}\``,
    parameter: "`charset`",
    charset,
    charsets: NAMES.join(", "),
  });
}

const malformed = (functionName: string, charset: string): never => {
  throw new ExecutionError("MALFORMED_CHARACTER_CODING", { function: `\`${functionName}\``, charset });
};

const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();

/** UTF-16 and UTF-32 without an order of bytes are big-endian; UTF-16 writes its mark. */
export function encodeText(text: string, charset: string): Uint8Array {
  switch (knownCharset(charset, "encode")) {
    case "us-ascii":
      return [...text].every((c) => c.codePointAt(0)! < 0x80) ? Buffer.from(text, "latin1") : malformed("encode", charset);
    case "iso-8859-1":
      return [...text].every((c) => c.codePointAt(0)! < 0x100) ? Buffer.from(text, "latin1") : malformed("encode", charset);
    case "utf-16":
      return Buffer.concat([Buffer.from([0xfe, 0xff]), swapped(Buffer.from(text, "utf16le"))]);
    case "utf-16be":
      return swapped(Buffer.from(text, "utf16le"));
    case "utf-16le":
      return Buffer.from(text, "utf16le");
    case "utf-32": {
      const characters = [...text];
      const bytes = Buffer.alloc(characters.length * 4);
      for (const [i, c] of characters.entries()) bytes.writeUInt32BE(c.codePointAt(0)!, i * 4);
      return bytes;
    }
    default:
      return Buffer.from(text, "utf8");
  }
}

export function decodeBytes(bytes: Uint8Array, charset: string): string {
  const buffer = Buffer.from(bytes);
  switch (knownCharset(charset, "decode")) {
    case "us-ascii":
      return buffer.every((b) => b < 0x80) ? buffer.toString("latin1") : malformed("decode", charset);
    case "iso-8859-1":
      return buffer.toString("latin1");
    case "utf-16":
      return buffer[0] === 0xff && buffer[1] === 0xfe
        ? decodeStrictly(buffer, "utf-16le", charset)
        : decodeStrictly(buffer, "utf-16be", charset);
    case "utf-16be":
      return decodeStrictly(buffer, "utf-16be", charset);
    case "utf-16le":
      return decodeStrictly(buffer, "utf-16le", charset);
    case "utf-32":
      return decodeUtf32(buffer, charset);
    default:
      return decodeStrictly(buffer, "utf-8", charset);
  }
}

function decodeStrictly(bytes: Buffer, label: string, charset: string): string {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: label === "utf-8" }).decode(bytes);
  } catch {
    return malformed("decode", charset);
  }
}

function decodeUtf32(bytes: Buffer, charset: string): string {
  if (bytes.length % 4 !== 0) malformed("decode", charset);
  let text = "";
  for (let i = 0; i < bytes.length; i += 4) {
    const code = bytes.readUInt32BE(i);
    if (code > 0x10ffff) malformed("decode", charset);
    if (i > 0 || code !== 0xfeff) text += String.fromCodePoint(code);
  }
  return text;
}
