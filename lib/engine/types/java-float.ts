/**
 * A double or float as Java prints it: plain from 10^-3 up to 10^7, else `d.dddE±n`; always with a fractional digit.
 * `text` is the shortest decimal that reads back as the number, as DuckDB and JavaScript print it.
 */
export function javaFloatText(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(text);
  if (!match) return text.toLowerCase().includes("nan") ? "NaN" : text.startsWith("-") ? "-Infinity" : "Infinity";
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const all = `${whole}${fraction}`;
  const digits = all.replace(/^0+/, "");
  if (digits === "") return `${sign}0.0`;
  /** Power of ten of the first digit. */
  const power = whole.length - 1 + Number(exponent) - (all.length - digits.length);
  const short = digits.replace(/0+$/, "") || "0";
  if (power < -3 || power >= 7) return `${sign}${short[0]}.${short.slice(1) || "0"}E${power}`;
  if (power < 0) return `${sign}0.${"0".repeat(-power - 1)}${short}`;
  return `${sign}${short.slice(0, power + 1).padEnd(power + 1, "0")}.${short.slice(power + 1) || "0"}`;
}

/** The double of a float's shortest digits, fewer than those of the double that it equals: 0.1 of Math.fround(0.1). */
export function shortestFloat(value: number): number {
  if (!Number.isFinite(value)) return value;
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}
