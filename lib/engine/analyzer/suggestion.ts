/** The names most like a misspelt one, best first: Spark orders its candidates by Levenshtein distance. */
export function nearest(name: string, candidates: readonly string[], most: number): string[] {
  const wanted = name.toLowerCase();
  return candidates
    .map((candidate, position) => ({ candidate, position, distance: levenshtein(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || a.position - b.position)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** Names longer than this are cut before they are compared. */
const LONGEST_NAME = 256;

export function levenshtein(a: string, b: string): number {
  const [left, right] = [a.slice(0, LONGEST_NAME), b.slice(0, LONGEST_NAME)];
  let row = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const substitution = row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[right.length]!;
}
