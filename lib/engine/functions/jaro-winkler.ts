/** How far two equal prefixes raise the similarity, and how many characters of them count. */
const SCALE = 0.1;
const LONGEST_PREFIX = 4;

/** The Jaro-Winkler similarity of two texts, from 0 to 1. Source: https://en.wikipedia.org/wiki/Jaro-Winkler_distance */
export function jaroWinkler(left: string, right: string): number {
  const [a, b] = [Array.from(left), Array.from(right)];
  if (a.length === 0 && b.length === 0) return 1;
  const similarity = jaro(a, b);
  let prefix = 0;
  while (prefix < Math.min(LONGEST_PREFIX, a.length, b.length) && a[prefix] === b[prefix]) prefix++;
  return similarity + prefix * SCALE * (1 - similarity);
}

function jaro(a: readonly string[], b: readonly string[]): number {
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Array<boolean>(b.length).fill(false);
  const fromA: string[] = [];
  for (const [i, c] of a.entries()) {
    for (let j = Math.max(0, i - reach); j < Math.min(b.length, i + reach + 1); j++) {
      if (taken[j] || b[j] !== c) continue;
      taken[j] = true;
      fromA.push(c);
      break;
    }
  }
  const matches = fromA.length;
  if (matches === 0) return 0;
  const fromB = b.filter((_, j) => taken[j]);
  const transposed = fromA.filter((c, i) => c !== fromB[i]).length / 2;
  return (matches / a.length + matches / b.length + (matches - transposed) / matches) / 3;
}
