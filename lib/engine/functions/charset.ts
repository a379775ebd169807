import { ExecutionError } from "../errors.ts";
import type { SessionSettings } from "./function.ts";

/**
 * The character sets of encode and decode. Source: Spark's CharsetProvider. What one cannot say is an error as of Spark 4, a
 * replacement under `spark.sql.legacy.codingErrorAction`; `spark.sql.legacy.javaCharsets` takes Java's other ones of one byte, too.
 */
const NAMES = ["iso-8859-1", "us-ascii", "utf-16", "utf-16be", "utf-16le", "utf-32", "utf-8"];

type CodingSettings = Pick<SessionSettings, "javaCharsets" | "replacesCharacters">;

/** How one call codes: by which set, and what it does with what the set cannot say. */
interface Coding {
  readonly functionName: "encode" | "decode";
  readonly charset: string;
  readonly replaces: boolean;
}

/** Java's replacement in encoders. */
const QUESTION_MARK = 0x3f;

function bytesOf(text: string, codeOf: (character: string) => number | undefined, coding: Coding): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = codeOf(character);
    return code ?? (coding.replaces ? QUESTION_MARK : malformed(coding));
  });
}

function malformed({ functionName, charset }: Coding): never {
  throw new ExecutionError("MALFORMED_CHARACTER_CODING", { function: `\`${functionName}\``, charset });
}

const below = (limit: number) => (character: string) => {
  const code = character.codePointAt(0)!;
  return code < limit ? code : undefined;
};

const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();

/** UTF-16 and UTF-32 without an order of bytes are big-endian; UTF-16 writes its mark. */
export function encodeText(text: string, charset: string, session: CodingSettings): Uint8Array {
  const coding: Coding = { functionName: "encode", charset, replaces: session.replacesCharacters === true };
  switch (charset.toLowerCase()) {
    case "us-ascii":
      return bytesOf(text, below(0x80), coding);
    case "iso-8859-1":
      return bytesOf(text, below(0x100), coding);
    case "utf-16":
      return text === "" ? new Uint8Array() : Buffer.concat([Buffer.from([0xfe, 0xff]), swapped(Buffer.from(text, "utf16le"))]);
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
    case "utf-8":
      return Buffer.from(text, "utf8");
    default: {
      const codes = new Map([...charactersOf(coding, session)].map((character, code) => [character, code]));
      return bytesOf(text, (character) => codes.get(character), coding);
    }
  }
}

export function decodeBytes(bytes: Uint8Array, charset: string, session: CodingSettings): string {
  const coding: Coding = { functionName: "decode", charset, replaces: session.replacesCharacters === true };
  const buffer = Buffer.from(bytes);
  switch (charset.toLowerCase()) {
    case "us-ascii":
      return Array.from(buffer, (b) => (b < 0x80 ? String.fromCharCode(b) : replacement(coding))).join("");
    case "iso-8859-1":
      return buffer.toString("latin1");
    case "utf-16":
      return decoded(buffer, buffer[0] === 0xff && buffer[1] === 0xfe ? "utf-16le" : "utf-16be", coding);
    case "utf-16be":
    case "utf-16le":
    case "utf-8":
      return decoded(buffer, charset.toLowerCase(), coding);
    case "utf-32":
      return decodeUtf32(buffer, coding);
    default: {
      const characters = charactersOf(coding, session);
      return Array.from(buffer, (b) => (characters[b] === "\ufffd" ? replacement(coding) : characters[b])).join("");
    }
  }
}

const replacement = (coding: Coding): string => (coding.replaces ? "\ufffd" : malformed(coding));

function decoded(bytes: Buffer, label: string, coding: Coding): string {
  try {
    return new TextDecoder(label, { fatal: !coding.replaces, ignoreBOM: label === "utf-8" }).decode(bytes);
  } catch {
    return malformed(coding);
  }
}

function decodeUtf32(bytes: Buffer, coding: Coding): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 4) {
    const code = i + 4 <= bytes.length ? bytes.readUInt32BE(i) : Number.POSITIVE_INFINITY;
    if (code > 0x10ffff) text += replacement(coding);
    else if (i > 0 || code !== 0xfeff) text += String.fromCodePoint(code);
  }
  return text;
}

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, i) => i);

/** The characters of a set of one byte by their codes. Throws for a set that is unknown, or not taken by the session. */
function charactersOf(coding: Coding, { javaCharsets }: CodingSettings): readonly string[] {
  const characters = javaCharsets ? [...charactersNamed(coding.charset)] : [];
  if (characters.length === EVERY_BYTE.length) return characters;
  if (characters.length > 0)
    throw new ExecutionError("FIRECREST_UNSUPPORTED", { feature: `The character set ${coding.charset}`, advice: "Use UTF-8." });
  throw new ExecutionError("INVALID_PARAMETER_VALUE.CHARSET", {
    functionName: `\`${coding.functionName}\``,
    parameter: "`charset`",
    charset: coding.charset,
    charsets: NAMES.join(", "),
  });
}

function charactersNamed(charset: string): string {
  try {
    return new TextDecoder(charset).decode(EVERY_BYTE);
  } catch {
    return "";
  }
}
