/** A lambda as kernel/emit.ts writes it, taken apart: `lambda "x#1", "i#2": body`. */
export interface LambdaSql {
  readonly parameters: readonly string[];
  readonly body: string;
}

const HEADER = /^lambda ((?:"(?:[^"]|"")*"|\w+)(?:, (?:"(?:[^"]|"")*"|\w+))*): /;
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+/g;

export function parseLambda(sql: string): LambdaSql {
  const header = HEADER.exec(sql);
  if (!header) throw new TypeError(`not a lambda: ${sql}`);
  return { parameters: header[1]!.match(TOKEN)!, body: sql.slice(header[0].length) };
}

/** The body with its parameters replaced, in order. Texts in quotes are left alone; ids make every parameter's name unique. */
export function applyLambda(lambda: LambdaSql, ...values: readonly string[]): string {
  const replacements = new Map(lambda.parameters.map((name, i) => [name, values[i]!]));
  return lambda.body.replace(TOKEN, (token) => replacements.get(token) ?? token);
}
