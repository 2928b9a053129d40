import { HashTable } from '../../filter/columnar/hash-table.js';

const FIRST_ROOM = 1024;

/** Numbers the pairs of two small numbers that it meets, from 0. Exact, and without an object a pair. */
export class PairNumbers {
  #pairs = new Int32Array(2 * FIRST_ROOM);
  #size = 0;
  readonly #table = new HashTable((id) => hashPair(this.#pairs[2 * id] as number, this.#pairs[2 * id + 1] as number));

  /** How many different pairs. */
  get size(): number {
    return this.#size;
  }

  of(first: number, second: number): number {
    const table = this.#table;
    const pairs = this.#pairs;
    let place = table.start(hashPair(first, second));
    for (let id = table.at(place); id >= 0; id = table.at(place)) {
      if (pairs[2 * id] === first && pairs[2 * id + 1] === second) return id;
      place = table.next(place);
    }
    return this.#add(place, first, second);
  }

  #add(place: number, first: number, second: number): number {
    const id = this.#size++;
    if (2 * id === this.#pairs.length) {
      const grown = new Int32Array(this.#pairs.length * 2);
      grown.set(this.#pairs);
      this.#pairs = grown;
    }
    this.#pairs[2 * id] = first;
    this.#pairs[2 * id + 1] = second;
    this.#table.insert(place, id);
    return id;
  }
}

function hashPair(first: number, second: number): number {
  const mixed = Math.imul(Math.imul(first, 0x9e3779b1) ^ second, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
