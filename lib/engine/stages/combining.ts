/**
 * A shuffle of very many blocks takes two passes, with a combining stage between its writers and its readers:
 *
 *     writers             each writes one block a range of neighbouring partitions
 *     combining stage     task `range * groups + group` reads that range of the writers of that group, and writes its partitions
 *     readers             partition p reads its block from the `groups` tasks of its range
 *
 * With square roots for both numbers, w writers and p partitions make w * sqrt(p) + p * sqrt(w) blocks instead of w * p, and nobody
 * reads, writes, reports or is told of more than the square root of a stage. The second pass finds each row's partition as the
 * first did, so whatever the key is, its meaning stays.
 */
export interface Combining {
  /** Partitions of the readers. */
  readonly partitions: number;
  /** Partitions in a range; the last range may have fewer. */
  readonly width: number;
  readonly ranges: number;
  /** Groups of writers, of sizes that differ by one at most. */
  readonly groups: number;
}

/** Which tasks of the stage below a task reads, [from, to), and which block of each. */
export interface BlocksRead {
  readonly from: number;
  readonly to: number;
  readonly block: number;
}

/**
 * Blocks (writers x partitions) up to which readers read from the writers themselves, where the environment does not say: what a
 * coordinator bears. A store that takes time and money for each request says less.
 */
export const DEFAULT_COMBINE_ABOVE = 200_000;
/** Writers that one task reads from directly: two inputs of so many fit into a message of 256 KiB, which may take the fast way to a function. */
const MOST_WRITERS = 500;
/** Blocks of one object: at about 30 bytes each they must fit into a report of 1 MiB, with room to spare. */
const MOST_PARTITIONS = 10_000;

/** How a shuffle is combined; undefined where it needs no second pass. */
export function combiningOf(writers: number, partitions: number, combineAbove: number): Combining | undefined {
  if (writers * partitions <= combineAbove && writers <= MOST_WRITERS && partitions <= MOST_PARTITIONS) return undefined;
  const width = Math.ceil(partitions / Math.ceil(Math.sqrt(partitions)));
  return { partitions, width, ranges: Math.ceil(partitions / width), groups: Math.ceil(Math.sqrt(writers)) };
}

/** What a task of the combining stage reads of the writers. */
export function gathered({ groups }: Combining, task: number, writers: number): BlocksRead {
  const group = task % groups;
  return {
    from: Math.floor((group * writers) / groups),
    to: Math.floor(((group + 1) * writers) / groups),
    block: Math.floor(task / groups),
  };
}

/** What the reader of a partition reads of the combining stage. */
export function combined({ groups, width }: Combining, partition: number): BlocksRead {
  const range = Math.floor(partition / width);
  return { from: range * groups, to: (range + 1) * groups, block: partition % width };
}

/** Partitions in the range of a task of the combining stage. */
export function widthOf({ partitions, width, groups }: Combining, task: number): number {
  return Math.min(width, partitions - Math.floor(task / groups) * width);
}
