/** How many characters have to be changed. */
export function levenshtein(left: string, right: string): number {
  const [a, b] = [Array.from(left, (c) => c.codePointAt(0)!), Array.from(right, (c) => c.codePointAt(0)!)];
  // One row of the table at a time; `diagonal` is what stood to the left in the row before.
  const row = Uint32Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    let diagonal = row[0]!;
    row[0] = i + 1;
    for (let j = 0; j < b.length; j++) {
      const above = row[j + 1]!;
      row[j + 1] = Math.min(above + 1, row[j]! + 1, diagonal + (a[i] === b[j] ? 0 : 1));
      diagonal = above;
    }
  }
  return row[b.length]!;
}
