/** A column, a literal or a bound name: cheap to write and to evaluate more than once. */
const CHEAP = /^(?:"(?:[^"]|"")*"|'(?:[^']|''){0,40}'|[\w.]{1,40}|CAST\([\w.'-]{1,40} AS \w+\))$/;

/**
 * Writes SQL that uses its arguments several times without repeating their text, so that nested calls stay linear and
 * volatile arguments are evaluated once: `list_transform([{f0: ...}], lambda v1a2b: ...)[1]`. Cheap arguments stay as they are.
 * The row is named by what it holds: a nested one can hide an outer one only where both are the same.
 */
export function bindOnce(args: readonly string[], body: (names: readonly string[]) => string): string {
  if (args.every((arg) => CHEAP.test(arg))) return body(args);
  const row = `v${fingerprintOf(args)}`;
  const fields = args.flatMap((arg, i) => (CHEAP.test(arg) ? [] : [`f${i}: ${arg}`]));
  const names = args.map((arg, i) => (CHEAP.test(arg) ? arg : `${row}.f${i}`));
  return `list_transform([{${fields.join(", ")}}], lambda ${row}: ${body(names)})[1]`;
}

/** 64 bits of FNV-1a, as hexadecimal digits. */
function fingerprintOf(texts: readonly string[]): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(texts.join("\0"))) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16);
}

/** A lambda parameter that no argument mentions. */
export function freeName(args: readonly string[], prefix = "v"): string {
  let n = 0;
  while (args.some((arg) => new RegExp(`\\b${prefix}${n}\\b`).test(arg))) n++;
  return `${prefix}${n}`;
}
