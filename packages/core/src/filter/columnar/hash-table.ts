/**
 * An open-addressing table of numbers (ids) found by the hash of what they stand for. The owner compares:
 * `for (place = start(hash); (id = at(place)) >= 0; place = next(place)) …`, then `insert(place, id)` where none fits.
 */
export class HashTable {
  #places = new Uint32Array(16);
  #used = 0;
  readonly #hashOf: (id: number) => number;

  /** @param hashOf hash of what an id stands for, asked when the table grows */
  constructor(hashOf: (id: number) => number) {
    this.#hashOf = hashOf;
  }

  start(hash: number): number {
    return (hash ^ (hash >>> 16)) & (this.#places.length - 1);
  }

  next(place: number): number {
    return (place + 1) & (this.#places.length - 1);
  }

  /** The id at a place, −1 if it is free. */
  at(place: number): number {
    return (this.#places[place] as number) - 1;
  }

  insert(place: number, id: number): void {
    this.#places[place] = id + 1;
    this.#used++;
    if (this.#used * 4 > this.#places.length * 3) this.#grow();
  }

  #grow(): void {
    const old = this.#places;
    this.#places = new Uint32Array(old.length * 2);
    for (const entry of old) {
      if (entry === 0) continue;
      let place = this.start(this.#hashOf(entry - 1));
      while (this.at(place) >= 0) place = this.next(place);
      this.#places[place] = entry;
    }
  }
}
