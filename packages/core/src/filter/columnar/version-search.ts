import type { Predicate } from '../predicate.js';
import { searchScheme } from '../version/version-lane.js';
import { versionHolds } from '../version/version-operator.js';
import type { VersionScheme } from '../version/version-scheme.js';
import { VersionOrder, type VersionTexts } from './version-order.js';

export type VersionPredicate = Extract<Predicate, { is: 'version' }>;

/** Sorting all texts takes about as long as comparing each with so many terms. */
const WORTH_SORTING = 16;
/** Rough nanoseconds of one comparison. */
const COMPARISON = 400;

interface Scheme {
  asked: number;
  order: VersionOrder | undefined;
}

/**
 * Finds the texts of a dictionary that stand in some relation to a version. The first few questions about a scheme
 * compare every text; who asks more gets the texts sorted, until nobody has asked for a while.
 */
export class VersionSearch {
  readonly #texts: VersionTexts;
  readonly #schemes = new Map<VersionScheme, Scheme>();

  constructor(texts: VersionTexts) {
    this.#texts = texts;
  }

  /** Calls back for each text that fulfils the predicate. */
  search({ operator, than, scheme }: VersionPredicate, found: (id: number) => void): void {
    const order = this.#asked(searchScheme(than, scheme));
    if (order !== undefined) {
      order.search(operator, than, found);
      return;
    }
    for (let id = 0; id < this.#texts.size; id++) {
      if (versionHolds(operator, this.#texts.raw(id), than, scheme)) found(id);
    }
  }

  /** Does in steps what would make {@link search} slow, where many questions come. */
  *prepare({ than, scheme }: VersionPredicate): Generator<void, void, undefined> {
    const name = searchScheme(than, scheme);
    const known = this.#schemes.get(name);
    if (known !== undefined && known.asked + 1 >= WORTH_SORTING) yield* this.#orderOf(known, name).prepare();
  }

  /** Rough nanoseconds of {@link search}. */
  cost({ than, scheme }: VersionPredicate): number {
    const sorted = this.#schemes.get(searchScheme(than, scheme))?.order !== undefined;
    return sorted ? this.#texts.size * 2 + COMPARISON * 32 : this.#texts.size * COMPARISON;
  }

  /** Gives up the orders that nobody asked for since this was last called. */
  tidy(): void {
    for (const [name, scheme] of this.#schemes) {
      if (scheme.asked === 0) this.#schemes.delete(name);
      scheme.asked = 0;
    }
  }

  #asked(name: VersionScheme): VersionOrder | undefined {
    const scheme = this.#schemes.get(name) ?? { asked: 0, order: undefined };
    this.#schemes.set(name, scheme);
    return ++scheme.asked >= WORTH_SORTING ? this.#orderOf(scheme, name) : scheme.order;
  }

  #orderOf(scheme: Scheme, name: VersionScheme): VersionOrder {
    scheme.order ??= new VersionOrder(this.#texts, name);
    return scheme.order;
  }
}
