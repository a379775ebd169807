/** Maps with at most `limit` calls under way; results in the order of the items. The first failure stops the rest from starting. */
export async function mapParallel<T, R>(items: readonly T[], limit: number, map: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      try {
        results[index] = await map(items[index]!, index);
      } catch (thrown) {
        next = items.length;
        throw thrown;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
