import { remembered } from '../../data/remembered.js';
import type { Predicate } from '../predicate.js';
import { searchScheme } from '../version/version-lane.js';
import type { VersionScheme } from '../version/version-scheme.js';
import { VersionOrder, type VersionTexts } from './version-order.js';

export type VersionPredicate = Extract<Predicate, { is: 'version' }>;

/** Sorting all texts takes about as long as comparing each with so many terms. */
const WORTH_SORTING = 16;
/** Rough nanoseconds of one comparison. */
const COMPARISON = 400;

interface Scheme {
  asked: number;
  readonly order: VersionOrder;
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
  search({ operator, than, scheme: named }: VersionPredicate, found: (id: number) => void): void {
    const name = searchScheme(than, named);
    const scheme = remembered(this.#schemes, name, () => ({ asked: 0, order: new VersionOrder(this.#texts, name) }));
    if (++scheme.asked >= WORTH_SORTING) scheme.order.placeSome();
    scheme.order.search(operator, than, found);
  }

  /** Does in steps what makes {@link search} quick, where many questions come. */
  *prepare({ than, scheme }: VersionPredicate): Generator<void, void, undefined> {
    const known = this.#schemes.get(searchScheme(than, scheme));
    if (known !== undefined && known.asked + 1 >= WORTH_SORTING) yield* known.order.prepare();
  }

  /** Rough nanoseconds of {@link search}. */
  cost({ than, scheme }: VersionPredicate): number {
    const { size } = this.#texts;
    const unplaced = this.#schemes.get(searchScheme(than, scheme))?.order.unplaced ?? size;
    return unplaced * COMPARISON + 32 * COMPARISON + size * 2;
  }

  /** Gives up the orders that nobody asked for since this was last called. */
  tidy(): void {
    for (const [name, scheme] of this.#schemes) {
      if (scheme.asked === 0) this.#schemes.delete(name);
      scheme.asked = 0;
    }
  }
}
