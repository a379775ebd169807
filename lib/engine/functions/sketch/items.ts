/**
 * The frequent items sketch of Apache DataSketches: counts in a hash table that, once it is as large as it may be, loses the median of its
 * counts from each. Items keep the order of DataSketches' table, which decides between equal counts.
 * Source: Anderson, Bevin, Lang, Liberty, Rhodes and Thaler, A High-Performance Algorithm for Identifying Frequent Items (2017).
 */
export type Item = boolean | number | bigint | string;
export interface ItemForm {
  /** Java's `hashCode` of the item's class. */
  readonly hash: (item: never) => number;
  readonly write: (items: readonly never[]) => Uint8Array;
  readonly read: (bytes: Uint8Array, count: number) => readonly Item[];
}

const LEAST_LG = 3;
const LOAD = 0.75;
const SAMPLE = 1024;
const GOLDEN = 0.6180339887498949;
const FAMILY = 10;

export class ItemsSketch {
  readonly #form: ItemForm;
  readonly #mostLg: number;
  #keys: (Item | undefined)[] = new Array(1 << LEAST_LG);
  #counts: number[] = new Array(1 << LEAST_LG).fill(0);
  #active = 0;
  /** What every count has lost. */
  #offset = 0;
  #weight = 0;

  constructor(form: ItemForm, mostSlots: number) {
    this.#form = form;
    this.#mostLg = Math.max(LEAST_LG, Math.log2(mostSlots));
  }

  update(item: Item, count: number): void {
    this.#weight += count;
    this.#add(item, count);
    if (this.#active <= this.#keys.length * LOAD) return;
    if (Math.log2(this.#keys.length) < this.#mostLg) this.#rebuild(this.#keys.length * 2);
    else this.#purge();
  }

  #add(item: Item, count: number): void {
    const mask = this.#keys.length - 1;
    let slot = mixed(this.#form.hash(item as never)) & mask;
    while (this.#keys[slot] !== undefined && !Object.is(this.#keys[slot], item)) slot = (slot + 1) & mask;
    if (this.#keys[slot] === undefined) this.#active++;
    this.#keys[slot] = item;
    this.#counts[slot]! += count;
  }

  #rebuild(slots: number): void {
    const entries = this.#entries();
    this.#keys = new Array(slots);
    this.#counts = new Array(slots).fill(0);
    this.#active = 0;
    for (const [item, count] of entries) if (count > 0) this.#add(item, count);
  }

  #purge(): void {
    const sample = this.#entries()
      .slice(0, SAMPLE)
      .map(([, count]) => count)
      .sort((a, b) => a - b);
    const median = sample[sample.length >> 1]!;
    for (const slot of this.#counts.keys()) if (this.#keys[slot] !== undefined) this.#counts[slot]! -= median;
    this.#offset += median;
    this.#rebuild(this.#keys.length);
  }

  /** In the order of slots. */
  #entries(): [Item, number][] {
    return this.#keys.flatMap((key, slot) => (key === undefined ? [] : [[key, this.#counts[slot]!] as [Item, number]]));
  }

  /** In the order that DataSketches walks its table: by a stride near the golden ratio. */
  #walk(): [Item, number][] {
    const size = this.#keys.length;
    const stride = Math.trunc(size * GOLDEN) | 1;
    const entries: [Item, number][] = [];
    for (let i = 0, slot = 0; i < size; i++, slot = (slot + stride) & (size - 1)) {
      if (this.#keys[slot] !== undefined) entries.push([this.#keys[slot]!, this.#counts[slot]!]);
    }
    return entries;
  }

  merge(other: ItemsSketch): void {
    const weight = this.#weight + other.#weight;
    for (const [item, count] of other.#walk()) this.update(item, count);
    this.#offset += other.#offset;
    this.#weight = weight;
  }

  /** Items that are surely as frequent as they seem, most frequent first. */
  frequent(): [Item, number][] {
    return this.#walk()
      .filter(([, count]) => count > this.#offset)
      .map(([item, count]): [Item, number] => [item, count + this.#offset])
      .sort((a, b) => b[1] - a[1]);
  }

  toBytes(): Uint8Array {
    const lg = Math.log2(this.#keys.length);
    if (this.#active === 0) return Uint8Array.of(1, 1, FAMILY, this.#mostLg, lg, 5, 0, 0);
    const entries = this.#entries();
    const items = this.#form.write(entries.map(([item]) => item) as never[]);
    const bytes = new Uint8Array(32 + 8 * entries.length + items.length);
    const view = new DataView(bytes.buffer);
    bytes.set([4, 1, FAMILY, this.#mostLg, lg, 0]);
    view.setInt32(8, entries.length, true);
    view.setBigInt64(16, BigInt(this.#weight), true);
    view.setBigInt64(24, BigInt(this.#offset), true);
    entries.forEach(([, count], i) => {
      view.setBigInt64(32 + 8 * i, BigInt(count), true);
    });
    bytes.set(items, 32 + 8 * entries.length);
    return bytes;
  }

  /** Throws RangeError for other bytes. */
  static fromBytes(form: ItemForm, bytes: Uint8Array): ItemsSketch {
    if (bytes[2] !== FAMILY) throw new RangeError("the bytes are not those of a sketch of frequent items");
    const sketch = new ItemsSketch(form, 2 ** bytes[3]!);
    if (bytes[0] === 1) return sketch;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = view.getInt32(8, true);
    const items = form.read(bytes.subarray(32 + 8 * count), count);
    for (const [i, item] of items.entries()) sketch.update(item, Number(view.getBigInt64(32 + 8 * i, true)));
    sketch.#weight = Number(view.getBigInt64(16, true));
    sketch.#offset = Number(view.getBigInt64(24, true));
    return sketch;
  }
}

const FIRST = 0xff51afd7ed558ccdn;
const SECOND = 0xc4ceb9fe1a85ec53n;

/** The low 32 bits of a hash code's finished 64 bits. */
function mixed(code: number): number {
  let key = BigInt.asUintN(64, BigInt(code));
  key ^= key >> 33n;
  key = BigInt.asUintN(64, key * FIRST);
  key ^= key >> 33n;
  key = BigInt.asUintN(64, key * SECOND);
  key ^= key >> 33n;
  return Number(BigInt.asIntN(32, key));
}
