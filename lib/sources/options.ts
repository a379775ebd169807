import { AnalysisError } from "../engine/errors.ts";

/** Reads a source's options: names in any case, text values, each with its meaning and what it must be. */
export class Options {
  readonly #values: ReadonlyMap<string, string>;

  constructor(options: Readonly<Record<string, string>>) {
    this.#values = new Map(Object.entries(options).map(([name, value]) => [name.toLowerCase(), value]));
  }

  /** The first of several names that is set. */
  text(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = this.#values.get(name.toLowerCase());
      if (value !== undefined) return value;
    }
    return undefined;
  }

  boolean(name: string, otherwise: boolean): boolean {
    const value = this.text(name);
    if (value === undefined) return otherwise;
    const lower = value.toLowerCase();
    if (lower === "true" || lower === "false") return lower === "true";
    throw invalidOption(name, "true or false", value);
  }

  /** A whole number of at least `least`. */
  integer(name: string, otherwise: number, least = 0): number {
    const value = this.text(name);
    if (value === undefined) return otherwise;
    const number = Number(value);
    if (Number.isSafeInteger(number) && (number >= least || number === otherwise)) return number;
    throw invalidOption(name, `a whole number of at least ${least}`, value);
  }

  choice<T extends string>(name: string, choices: readonly T[], otherwise: T): T {
    const value = this.text(name);
    if (value === undefined) return otherwise;
    const choice = choices.find((c) => c.toLowerCase() === value.toLowerCase());
    if (choice !== undefined) return choice;
    throw invalidOption(name, `one of ${choices.join(", ")}`, value);
  }

  /** Refuses options whose other values would change the answer. */
  refuse(name: string, ...harmless: readonly string[]): void {
    const value = this.text(name);
    if (value !== undefined && !harmless.includes(value.toLowerCase()))
      throw new AnalysisError("FIRECREST_UNSUPPORTED", {
        feature: `The option ${name} with the value ${JSON.stringify(value)}`,
        advice: `Leave it out${harmless.length > 0 ? ` or set it to ${harmless.map(spelt).join(" or ")}` : ""}.`,
      });
  }
}

/** Line ends and the like as escapes. */
const spelt = (text: string): string => JSON.stringify(text).slice(1, -1);

export const invalidOption = (option: string, expected: string, value: string): AnalysisError =>
  new AnalysisError("FIRECREST_INVALID_OPTION", { option, expected, value: JSON.stringify(value) });
