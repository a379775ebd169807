/** A column, a literal or a bound name: cheap to write and to evaluate more than once. */
const CHEAP = /^(?:"(?:[^"]|"")*"|'(?:[^']|''){0,40}'|[\w.]{1,40}|CAST\([\w.'-]{1,40} AS \w+\))$/;

/**
 * Writes SQL that uses its arguments several times without repeating their text, so that nested calls stay linear and
 * volatile arguments are evaluated once: `list_transform([{a: ...}], lambda v: ...)[1]`. Cheap arguments stay as they are.
 * `inside` are the other texts that the body puts the names into, whose own lambda parameters must not hide them.
 */
export function bindOnce(args: readonly string[], body: (names: readonly string[]) => string, inside: readonly string[] = []): string {
  if (args.every((arg) => CHEAP.test(arg))) return body(args);
  const row = freeName([...args, ...inside]);
  const fields = args.flatMap((arg, i) => (CHEAP.test(arg) ? [] : [`f${i}: ${arg}`]));
  const names = args.map((arg, i) => (CHEAP.test(arg) ? arg : `${row}.f${i}`));
  return `list_transform([{${fields.join(", ")}}], lambda ${row}: ${body(names)})[1]`;
}

/** A lambda parameter that no argument mentions. */
export function freeName(args: readonly string[], prefix = "v"): string {
  let n = 0;
  while (args.some((arg) => new RegExp(`\\b${prefix}${n}\\b`).test(arg))) n++;
  return `${prefix}${n}`;
}
