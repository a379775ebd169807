import type { DataFrame } from "./dataframe.ts";

interface Line {
  readonly value: string;
}

/** The rows of a DataFrame as lines of JSON: what `df.toJSON()` gives. */
export class JsonLines {
  readonly #df: DataFrame<Line>;

  /** @internal */
  constructor(df: DataFrame<Line>) {
    this.#df = df;
  }
  async collect(): Promise<string[]> {
    return (await this.#df.collect()).map((row) => row.value);
  }
  async take(n: number): Promise<string[]> {
    return (await this.#df.take(n)).map((row) => row.value);
  }
  async first(): Promise<string | null> {
    return (await this.#df.first())?.value ?? null;
  }
  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    for await (const row of this.#df) yield row.value;
  }
  /** The lines as a column `value`. */
  toDF(): DataFrame<Line> {
    return this.#df;
  }
}
