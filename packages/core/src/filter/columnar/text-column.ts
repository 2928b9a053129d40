import type { Predicate } from '../predicate.js';
import { matchesPattern } from '../text-pattern.js';
import { compareVersions } from '../version/compare-versions.js';
import { versionHolds } from '../version/version-operator.js';
import type { VersionScheme } from '../version/version-scheme.js';
import type { Bitmap } from './bitmap.js';
import type { Column, ColumnValue } from './column.js';
import type { ColumnMemory } from './column-memory.js';
import { IdVector } from './id-vector.js';
import { PostingLists } from './posting-lists.js';
import type { Scratch } from './scratch.js';
import { TextDictionary } from './text-dictionary.js';
import { ValueOrder } from './value-order.js';
import { VersionSearch } from './version-search.js';

/** So many values are remembered while a column is loading. */
const REMEMBERED = 4096;

/** Texts and versions: each distinct one stored once, with the set of rows that hold it. */
export class TextColumn implements Column {
  readonly #dictionary = new TextDictionary();
  /** By row: the value's number plus one. */
  readonly #ids = new IdVector();
  readonly #postings: PostingLists;
  readonly #order: ValueOrder;
  readonly #versions: VersionSearch;
  readonly #scratch: Scratch;
  readonly #memory: ColumnMemory;
  /** While loading: the language's own map is quicker for values that come again and again, if they do. */
  #remembered: Map<string, number> | undefined = new Map();
  /** How often a value was remembered. */
  #recurred = 0;

  /** @param scheme orders the column as versions; else as folded text */
  constructor(memory: ColumnMemory, scheme?: VersionScheme) {
    this.#memory = memory;
    this.#postings = new PostingLists(memory.blocks);
    this.#scratch = memory.scratch;
    const dictionary = this.#dictionary;
    this.#versions = new VersionSearch(dictionary);
    const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
    const order = (a: number, b: number): number =>
      scheme === undefined
        ? before(dictionary.folded(a), dictionary.folded(b))
        : compareVersions(dictionary.raw(a), dictionary.raw(b), scheme);
    this.#order = new ValueOrder(
      () => dictionary.size,
      (a, b) => order(a, b) || before(dictionary.raw(a), dictionary.raw(b)),
    );
  }

  get wasteful(): boolean {
    const dead = this.#postings.emptied;
    return dead > 1024 && dead * 2 > this.#dictionary.size;
  }

  token(value: ColumnValue | undefined): number {
    if (value === undefined) return 0;
    const text = String(value);
    if (!this.#memory.loading) return this.#dictionary.intern(text) + 1;
    const known = this.#remembered?.get(text);
    if (known !== undefined) {
      this.#recurred++;
      return known;
    }
    const token = this.#dictionary.intern(text) + 1;
    this.#remember(text, token);
    return token;
  }

  tokenAt(row: number): number {
    return this.#ids.get(row);
  }

  put(row: number, token: number): void {
    if (this.#memory.loading) {
      this.#ids.set(row, token);
      return;
    }
    const old = this.#ids.get(row);
    if (old === token) return;
    if (old !== 0) this.#postings.delete(old - 1, row);
    if (token !== 0) this.#postings.add(token - 1, row);
    this.#ids.set(row, token);
  }

  settle(): Generator<void, void, undefined> {
    this.#remembered = undefined;
    const ids = this.#ids.raw;
    return this.#postings.fill(this.#dictionary.size, ids.length, (from, to, pairs) => {
      for (let row = from; row < to; row++) {
        const id = ids[row] as number;
        if (id !== 0) pairs.push(id - 1, row);
      }
    });
  }

  value(row: number): string | undefined {
    const id = this.#ids.get(row);
    return id === 0 ? undefined : this.#dictionary.raw(id - 1);
  }

  test(row: number, predicate: Predicate): boolean {
    const id = this.#ids.get(row) - 1;
    if (id < 0) return false;
    switch (predicate.is) {
      case 'present':
        return true;
      case 'text':
        return matchesPattern(predicate.pattern, this.#dictionary.folded(id));
      case 'version':
        return versionHolds(predicate.operator, this.#dictionary.raw(id), predicate.than, predicate.scheme);
      default:
        return false;
    }
  }

  matching(predicate: Predicate): Bitmap {
    switch (predicate.is) {
      case 'present':
        return this.#present();
      case 'text':
        return this.#rowsOf((found) => this.#dictionary.search(predicate.pattern, found));
      case 'version':
        return this.#rowsOf((found) => this.#versions.search(predicate, found));
      default:
        return this.#scratch.take();
    }
  }

  cost(predicate: Predicate): { all: number; one: number } {
    const { size } = this.#dictionary;
    if (predicate.is === 'version') return { all: this.#versions.cost(predicate), one: 400 };
    if (predicate.is === 'present') return { all: this.#ids.raw.length, one: 5 };
    return { all: size * 8, one: 60 };
  }

  *prepare(predicate: Predicate): Generator<void, void, undefined> {
    if (predicate.is === 'version') yield* this.#versions.prepare(predicate);
  }

  tidy(): void {
    this.#versions.tidy();
  }

  order(): (row: number) => number {
    const ranks = this.#order.ranks();
    return (row) => {
      const id = this.#ids.get(row);
      return id === 0 ? Number.NaN : (ranks[id - 1] as number);
    };
  }

  #remember(text: string, token: number): void {
    if (this.#remembered === undefined) return;
    if (this.#remembered.size < REMEMBERED) this.#remembered.set(text, token);
    else if (this.#recurred < REMEMBERED) this.#remembered = undefined;
  }

  /** The union of the rows of the values that `search` reports; of a single dense value its own bitmap. */
  #rowsOf(search: (found: (id: number) => void) => void): Bitmap {
    let result: Bitmap | undefined;
    let shared: Bitmap | undefined;
    search((id) => {
      const own = result === undefined ? this.#postings.shared(id) : undefined;
      if (own !== undefined && shared === undefined) {
        shared = own;
        return;
      }
      result ??= shared === undefined ? this.#scratch.take() : this.#scratch.copy(shared);
      this.#postings.addTo(id, result);
    });
    return result ?? shared ?? this.#scratch.take();
  }

  #present(): Bitmap {
    const ids = this.#ids.raw;
    const rows = this.#scratch.take();
    for (let row = 0; row < ids.length; row++) if (ids[row] !== 0) rows.add(row);
    return rows;
  }
}
