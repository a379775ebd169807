import { createCipheriv, createDecipheriv, createHash, createSecretKey, type KeyObject } from "node:crypto";
import { ExecutionError } from "../errors.ts";
import { call as callOf, stringLiteral } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import * as t from "../types/data-type.ts";
import { scalarsOf } from "./define.ts";
import { type FunctionEntry, of, type ScalarFunction, takesUpTo } from "./function.ts";

/** AES with keys of 16, 24 or 32 bytes. The encrypted bytes begin with the initialization vector and end with GCM's tag. Source: Spark's ExpressionImplUtils. */
const scalar = scalarsOf("misc");
const text = of(t.stringType);
const bytes = of(t.binaryType);

type Mode = "GCM" | "CBC" | "ECB";
/** Bytes of the initialization vector. */
const VECTOR: Readonly<Record<Mode, number>> = { GCM: 12, CBC: 16, ECB: 0 };
const TAG = 16;

const invalid = (subcondition: string, functionName: string, parameters: Record<string, string>): ExecutionError =>
  new ExecutionError(`INVALID_PARAMETER_VALUE.${subcondition}`, { functionName: `\`${functionName}\``, ...parameters });

/** GCM has no padding, the others PKCS. */
function modeOf(mode: string, padding: string, functionName: string): Mode {
  const name = mode.toUpperCase();
  const paddings = name === "GCM" ? ["NONE", "DEFAULT"] : ["PKCS", "DEFAULT"];
  if (name in VECTOR && paddings.includes(padding.toUpperCase())) return name as Mode;
  throw new ExecutionError("UNSUPPORTED_FEATURE.AES_MODE", {
    mode: `'${mode}'`,
    padding: `'${padding}'`,
    functionName: `\`${functionName}\``,
  });
}

function algorithmOf(key: Uint8Array, mode: Mode, functionName: string): string {
  if ([16, 24, 32].includes(key.length)) return `aes-${key.length * 8}-${mode.toLowerCase()}`;
  throw invalid("AES_KEY_LENGTH", functionName, { parameter: "`key`", actualLength: String(key.length) });
}

/** The one before is mostly the next one, too: making one takes longer than to encrypt a line. */
let lastKey: { readonly bytes: Uint8Array; readonly key: KeyObject } | undefined;

function secretKey(bytes: Uint8Array): KeyObject {
  if (lastKey && Buffer.compare(lastKey.bytes, bytes) === 0) return lastKey.key;
  lastKey = { bytes: Uint8Array.from(bytes), key: createSecretKey(bytes) };
  return lastKey.key;
}

/** Chance is DuckDB's: a digest spreads a UUID's 122 random bits over all bytes. */
const randomBytes = (uuid: string, length: number): Uint8Array => createHash("sha256").update(uuid).digest().subarray(0, length);

function encrypt(values: readonly unknown[]): Uint8Array {
  const [input, key, modeName, padding, given, associated, uuid] = values as [
    Uint8Array,
    Uint8Array,
    string,
    string,
    Uint8Array,
    Uint8Array,
    string,
  ];
  const mode = modeOf(modeName, padding, "aes_encrypt");
  if (given.length > 0 && given.length !== VECTOR[mode]) {
    throw invalid("AES_IV_LENGTH", "aes_encrypt", { mode, parameter: "`iv`", actualLength: String(given.length) });
  }
  const vector = given.length > 0 ? given : randomBytes(uuid, VECTOR[mode]);
  if (mode !== "GCM") {
    const cipher = createCipheriv(algorithmOf(key, mode, "aes_encrypt"), secretKey(key), mode === "ECB" ? null : vector);
    return Buffer.concat([mode === "ECB" ? Buffer.alloc(0) : vector, cipher.update(input), cipher.final()]);
  }
  const cipher = createCipheriv(algorithmOf(key, mode, "aes_encrypt") as "aes-128-gcm", secretKey(key), vector);
  if (associated.length > 0) cipher.setAAD(associated);
  return Buffer.concat([vector, cipher.update(input), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(values: readonly unknown[]): Uint8Array {
  const [input, key, modeName, padding, associated] = values as [Uint8Array, Uint8Array, string, string, Uint8Array];
  const mode = modeOf(modeName, padding, "aes_decrypt");
  const algorithm = algorithmOf(key, mode, "aes_decrypt");
  const vector = input.subarray(0, VECTOR[mode]);
  try {
    if (mode !== "GCM") {
      const decipher = createDecipheriv(algorithm, secretKey(key), mode === "ECB" ? null : vector);
      return Buffer.concat([decipher.update(input.subarray(VECTOR[mode])), decipher.final()]);
    }
    const decipher = createDecipheriv(algorithm as "aes-128-gcm", secretKey(key), vector);
    if (associated.length > 0) decipher.setAAD(associated);
    decipher.setAuthTag(input.subarray(input.length - TAG));
    return Buffer.concat([decipher.update(input.subarray(VECTOR.GCM, input.length - TAG)), decipher.final()]);
  } catch (cause) {
    const detailMessage = cause instanceof Error ? cause.message : String(cause);
    throw new ExecutionError(
      "INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR",
      { parameter: "`expr`, `key`", functionName: "`aes_encrypt`/`aes_decrypt`", detailMessage },
      { cause },
    );
  }
}

function orNull(attempt: () => Uint8Array): Uint8Array | null {
  try {
    return attempt();
  } catch {
    return null;
  }
}

const NO_BYTES: Expression = { kind: "cast", child: { kind: "literal", value: "", type: t.stringType }, type: t.binaryType, mode: "ansi" };
const withDefaults = (args: readonly Expression[], ...defaults: readonly Expression[]): Expression[] => [
  ...args,
  ...defaults.slice(args.length - 2),
];

const decryption = (name: string, doc: string, evaluate: (values: readonly unknown[]) => Uint8Array | null): ScalarFunction =>
  scalar(
    name,
    doc,
    takesUpTo(3, bytes, bytes, text, text, bytes),
    t.binaryType,
    { evaluate },
    {
      nullable: true,
      check: (args) => withDefaults(args, stringLiteral("GCM"), stringLiteral("DEFAULT"), NO_BYTES),
    },
  );

export const aesFunctions: readonly FunctionEntry[] = [
  scalar(
    "aes_encrypt",
    "Returns the bytes encrypted by AES.",
    takesUpTo(4, bytes, bytes, text, text, bytes, bytes),
    t.binaryType,
    { evaluate: encrypt },
    {
      deterministic: false,
      check: (args) => [
        ...withDefaults(args, stringLiteral("GCM"), stringLiteral("DEFAULT"), NO_BYTES, NO_BYTES),
        callOf("uuid", [], t.stringType, false),
      ],
    },
  ),
  decryption("aes_decrypt", "Returns bytes that AES encrypted.", decrypt),
  decryption("try_aes_decrypt", "Returns bytes that AES encrypted, NULL where they or the key are wrong.", (values) =>
    orNull(() => decrypt(values)),
  ),
];
