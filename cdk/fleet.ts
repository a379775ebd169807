/** A tier of the fleet: tasks of so much memory, at most so many at once. */
export interface Tier {
  readonly memoryMiB: number;
  readonly most: number;
}

/** What AWS accepts as an event source mapping's maximum concurrency is 2 or more. */
const FEWEST = 2;

/**
 * Parts the fleet between its memory tiers, ascending, so that the tiers' sum is the limit: reserved concurrency then holds the limit whatever
 * coordinators do. Each tier gets the same share of memory, and so of dollars a second: half as many tasks of twice the memory. Jobs start in the
 * smallest tier that fits and climb only after running out of memory, so that is where the tasks are.
 * Throws where a tier would be left with fewer than two tasks.
 */
export function partFleet(fleetLimit: number, memoryTiersMiB: readonly number[]): readonly Tier[] {
  const tiers = [...new Set(memoryTiersMiB)].toSorted((a, b) => a - b);
  if (!Number.isInteger(fleetLimit) || fleetLimit < FEWEST * tiers.length)
    throw new Error(`fleetLimit is ${fleetLimit}; ${tiers.length} memory tiers need a whole number of at least ${FEWEST * tiers.length}`);
  const shared = fleetLimit - FEWEST * tiers.length;
  const weights = tiers.map((memory) => 1 / memory);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => FEWEST + Math.floor((shared * weight) / total));
  const left = fleetLimit - shares.reduce((sum, share) => sum + share, 0);
  return tiers.map((memoryMiB, i) => ({ memoryMiB, most: shares[i]! + (i === 0 ? left : 0) }));
}
