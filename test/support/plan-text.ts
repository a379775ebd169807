/** A plan's text with ids in the order in which they appear, and without folders: the same in every run. */
export function stable(plan: string): string {
  const ids = new Map<string, string>();
  return (
    plan
      // TPC-H's brands are no ids.
      .replaceAll(/(?<!Brand)#(\d+)/g, (_, id: string) => {
        const known = ids.get(id) ?? String(ids.size + 1);
        ids.set(id, known);
        return `#${known}`;
      })
      .replaceAll(/\S*\/([\w.-]+\.parquet)/g, "$1")
  );
}
