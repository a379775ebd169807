/**
 * Floating-point numbers as Java prints them: `1.0`, `1.0E10`, `1.0E-5`, `NaN`, `-Infinity`.
 * Source: java.lang.Double.toString and Float.toString since JDK 19 (the shortest digits that read back the same, but at least two).
 */
export function javaDouble(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return "-0.0";
  const magnitude = Math.abs(value);
  if (value === 0 || (magnitude >= 1e-3 && magnitude < 1e7)) {
    const text = String(value);
    return text.includes(".") ? text : `${text}.0`;
  }
  const shortest = value.toExponential();
  const [digits, exponent] = (shortest.includes(".") ? shortest : value.toExponential(1)).split("e") as [string, string];
  return `${digits}E${Number(exponent)}`;
}

/** Digits that tell any two 32-bit floats apart. */
const FLOAT_DIGITS = 9;

/** The shortest digits that make the same 32-bit float. */
export function javaFloat(value: number): string {
  for (let digits = 2; digits < FLOAT_DIGITS; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return javaDouble(shorter);
  }
  return javaDouble(Number(value.toPrecision(FLOAT_DIGITS)));
}
