import { createHash, createHmac } from "node:crypto";
import { crc32 } from "node:zlib";
import { AnalysisError, ExecutionError } from "../errors.ts";
import { stringLiteral } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import type {
  CalendarInterval,
  DayTimeInterval,
  Decimal,
  LocalDate,
  LocalDateTime,
  LocalTime,
  StructValue,
  Timestamp,
  YearMonthInterval,
} from "../types/values.ts";
import { scalarsOf } from "./define.ts";
import { any, type CallImplementation, type FunctionEntry, of, type ScalarFunction, takes, takesMany, takesUpTo } from "./function.ts";
import * as murmur3 from "./murmur3.ts";
import * as xxhash64 from "./xxhash64.ts";

/** Hashes: Spark's own of values of any type, and those of bytes. Source: Spark's hash.scala. */
const scalar = scalarsOf("hash");
const bytes = of(t.binaryType);

/** How one algorithm takes the three shapes that every value is brought to. */
interface Algorithm<H> {
  readonly hashInt: (value: number, seed: H) => H;
  readonly hashLong: (value: bigint, seed: H) => H;
  readonly hashBytes: (value: Uint8Array, seed: H) => H;
}

const words = new DataView(new ArrayBuffer(8));
/** -0.0 hashes as 0.0. */
const doubleBits = (value: number): bigint => {
  words.setFloat64(0, value === 0 ? 0 : value);
  return words.getBigInt64(0);
};
const floatBits = (value: number): number => {
  words.setFloat32(0, value === 0 ? 0 : value);
  return words.getInt32(0);
};

/** As java.math.BigInteger.toByteArray: two's complement, big-endian, as short as can be. */
function bigEndian(value: bigint): Uint8Array {
  let length = 1;
  while (BigInt.asIntN(length * 8, value) !== value) length++;
  const unsigned = BigInt.asUintN(length * 8, value);
  return Uint8Array.from({ length }, (_, i) => Number((unsigned >> BigInt(8 * (length - 1 - i))) & 0xffn));
}

/** What the largest decimal that is hashed as a long has of digits. */
const LONG_DIGITS = 18;

/** NULL leaves the seed as it is; the parts of a value follow one another. */
function hashOf<H>(value: unknown, type: t.DataType, seed: H, algorithm: Algorithm<H>): H {
  if (value === null || value === undefined) return seed;
  const { hashInt, hashLong, hashBytes } = algorithm;
  switch (type.kind) {
    case "void":
    case "variant":
      return seed;
    case "boolean":
      return hashInt(value ? 1 : 0, seed);
    case "byte":
    case "short":
    case "integer":
      return hashInt(value as number, seed);
    case "long":
      return hashLong(value as bigint, seed);
    case "float":
      return hashInt(floatBits(value as number), seed);
    case "double":
      return hashLong(doubleBits(value as number), seed);
    case "decimal": {
      const { unscaled } = value as Decimal;
      return type.precision <= LONG_DIGITS ? hashLong(unscaled, seed) : hashBytes(bigEndian(unscaled), seed);
    }
    case "string":
    case "char":
    case "varchar":
      return hashBytes(Buffer.from(value as string), seed);
    case "binary":
      return hashBytes(value as Uint8Array, seed);
    case "date":
      return hashInt((value as LocalDate).epochDays, seed);
    case "timestamp":
    case "timestamp_ntz":
      return hashLong((value as Timestamp | LocalDateTime).epochMicros, seed);
    case "time":
      // Spark counts nanoseconds of a time.
      return hashLong((value as LocalTime).micros * 1000n, seed);
    case "day-time interval":
      return hashLong((value as DayTimeInterval).micros, seed);
    case "year-month interval":
      return hashInt((value as YearMonthInterval).months, seed);
    case "interval": {
      const { months, days, micros } = value as CalendarInterval;
      return hashInt(months, hashInt(days, hashLong(micros, seed)));
    }
    case "array":
      return (value as readonly unknown[]).reduce<H>((hash, item) => hashOf(item, type.elementType, hash, algorithm), seed);
    case "map": {
      let hash = seed;
      for (const [key, item] of value as Map<unknown, unknown>) {
        hash = hashOf(item, type.valueType, hashOf(key, type.keyType, hash, algorithm), algorithm);
      }
      return hash;
    }
    case "struct":
      return type.fields.reduce<H>((hash, field) => hashOf((value as StructValue)[field.name], field.dataType, hash, algorithm), seed);
  }
}

const SEED = 42;

const hashing =
  <H>(seed: H, algorithm: Algorithm<H>): CallImplementation =>
  (_, call) => {
    const types = call.args.map(typeOf);
    return { nulls: true, evaluate: (values) => values.reduce<H>((hash, value, i) => hashOf(value, types[i]!, hash, algorithm), seed) };
  };

/** Equal maps may list their entries in different orders, equal variants their fields. */
const withoutMaps =
  (name: string) =>
  (args: readonly Expression[]): readonly Expression[] => {
    const shown = { sqlExpr: `"${name}(${args.map((arg) => prettyName(arg)).join(", ")})"`, functionName: `\`${name}\`` };
    if (args.some((arg) => t.holdsKind(typeOf(arg), "variant"))) throw new AnalysisError("DATATYPE_MISMATCH.HASH_VARIANT_TYPE", shown);
    if (!args.some((arg) => t.holdsKind(typeOf(arg), "map"))) return args;
    throw new AnalysisError("DATATYPE_MISMATCH.HASH_MAP_TYPE", shown);
  };

const valueHash = (name: string, doc: string, returns: t.DataType, implementation: CallImplementation): ScalarFunction =>
  scalar(name, doc, takesMany(1, any), returns, implementation, { nullable: false, check: withoutMaps(name) });

const SHA: Readonly<Record<number, string>> = { 0: "sha256", 224: "sha224", 256: "sha256", 384: "sha384", 512: "sha512" };

function sha2(value: Uint8Array, bits: number): string | null {
  const algorithm = SHA[bits];
  return algorithm === undefined ? null : createHash(algorithm).update(value).digest("hex");
}

const HMACS: Readonly<Record<string, string>> = {
  "SHA-224": "sha224",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
  "SHA-1": "sha1",
  MD5: "md5",
};

/** Since Spark 4.3; SHA with or without the hyphen. */
function hmac(key: Uint8Array, message: Uint8Array, algorithm: string): Uint8Array {
  const invalid = (subcondition: string, parameters: Readonly<Record<string, string>>) =>
    new ExecutionError(`INVALID_PARAMETER_VALUE.${subcondition}`, { functionName: "`hmac`", ...parameters });
  const name = HMACS[algorithm.toUpperCase().replace(/^SHA(?=\d)/, "SHA-")];
  if (!name) throw invalid("HMAC_ALGORITHM", { parameter: "`algorithm`", algorithm: `'${algorithm}'` });
  if (key.length === 0) throw invalid("HMAC_CRYPTO_ERROR", { parameter: "`key`", detailMessage: "Empty key" });
  return createHmac(name, key).update(message).digest();
}

export const hashFunctions: readonly FunctionEntry[] = [
  scalar(
    "hmac",
    "Returns the keyed hash of a message: hmac(key, message[, algorithm]).",
    takesUpTo(1, bytes, bytes, of(t.stringType)),
    t.binaryType,
    {
      evaluate: ([key, message, algorithm]) => hmac(key as Uint8Array, message as Uint8Array, algorithm as string),
    },
    { check: (args) => (args.length === 2 ? [...args, stringLiteral("SHA-256")] : args) },
  ),
  valueHash("hash", "Returns the Murmur3 hash of the arguments.", t.integerType, hashing(SEED, murmur3)),
  valueHash("xxhash64", "Returns the xxHash of the arguments.", t.longType, hashing(BigInt(SEED), xxhash64)),
  scalar("md5", "Returns the MD5 hash in hexadecimal digits.", takes(bytes), t.stringType, ([value]) => `md5(${value})`),
  scalar("sha sha1", "Returns the SHA-1 hash in hexadecimal digits.", takes(bytes), t.stringType, ([value]) => `sha1(${value})`),
  scalar(
    "sha2",
    "Returns the SHA-2 hash of 224, 256, 384 or 512 bits in hexadecimal digits; 0 is 256.",
    takes(bytes, of(t.integerType)),
    t.stringType,
    ([value], call) => {
      const bits = call.args[1]!;
      const known = bits.kind === "literal" && (bits.value === 0 || bits.value === 256);
      return known ? `sha256(${value})` : { evaluate: ([bytes, length]) => sha2(bytes as Uint8Array, length as number) };
    },
    { nullable: true },
  ),
  scalar("crc32", "Returns the cyclic redundancy check of bytes.", takes(bytes), t.longType, {
    evaluate: ([value]) => BigInt(crc32(value as Uint8Array)),
  }),
];
