/**
 * Java's StrictMath, to the last digit. V8 has the same fdlibm functions (http://www.netlib.org/fdlibm) but for these: it gives `Math.E` for
 * exp(1), which the algorithm misses, counts arguments of tanh as small sooner, and has a cbrt of its own.
 */
const EXP_OF_ONE = Math.E + 2 ** -51;
/** Where V8's tanh gives its argument. */
const SMALL = 2 ** -28;
const LEAST_NORMAL = 2 ** -1022;

export const strictExp = (x: number): number => (x === 1 ? EXP_OF_ONE : Math.exp(x));

export const strictCosh = (x: number): number => (Math.abs(x) === 1 ? EXP_OF_ONE / 2 + 0.5 / EXP_OF_ONE : Math.cosh(x));

export function strictTanh(x: number): number {
  if (!(Math.abs(x) < SMALL)) return Math.tanh(x);
  if (Math.abs(x) < 2 ** -55) return x * (1 + x);
  const t = Math.expm1(-2 * Math.abs(x));
  const z = -t / (t + 2);
  return x < 0 ? -z : z;
}

/** Spark's own formulas; source: mathExpressions.scala. */
export const sparkAsinh = (x: number): number => (x === Number.NEGATIVE_INFINITY ? x : Math.log(x + Math.sqrt(x * x + 1)));
export const sparkAcosh = (x: number): number => Math.log(x + Math.sqrt(x * x - 1));
export const sparkAtanh = (x: number): number => 0.5 * (Math.log1p(x) - Math.log1p(-x));

const word = new DataView(new ArrayBuffer(8));
const highWord = (x: number): number => {
  word.setFloat64(0, x);
  return word.getUint32(0);
};
/** The double whose upper half is this and whose lower half is 0. */
const ofHighWord = (high: number): number => {
  word.setUint32(0, high);
  word.setUint32(4, 0);
  return word.getFloat64(0);
};

/** A rough root by a third of the exponent, 23 bits by a rational function, the rest by one step of Newton's. */
export function strictCbrt(given: number): number {
  if (given === 0 || !Number.isFinite(given)) return given;
  const x = Math.abs(given);
  let t =
    x < LEAST_NORMAL ? ofHighWord(Math.trunc(highWord(2 ** 54 * x) / 3) + 696219795) : ofHighWord(Math.trunc(highWord(x) / 3) + 715094163);
  const s = 19 / 35 + ((t * t) / x) * t;
  t *= 5 / 14 + 45 / 28 / (s + 99 / 70 + -864 / 1225 / s);
  t = ofHighWord(highWord(t) + 1);
  const r = x / (t * t);
  t += t * ((r - t) / (t + t + r));
  return given < 0 ? -t : t;
}
