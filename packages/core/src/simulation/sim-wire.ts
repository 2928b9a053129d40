import type { Carry } from '../testing/carry.js';
import type { SimClock } from './sim-clock.js';
import type { SimRandom } from './sim-random.js';

/**
 * The network between: each direction of a link keeps its order and takes its time, as TCP does. A lawless wire also
 * loses, doubles and overtakes single frames, which no real transport may do.
 */
export class SimWire {
  isLawless = false;
  readonly #clock: SimClock;
  readonly #random: SimRandom;
  readonly #lost = new Set<string>();
  readonly #arrivals = new Map<string, number>();
  #congestedUntil = 0;

  constructor(clock: SimClock, random: SimRandom) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Nothing of this link arrives any more. */
  lose(linkId: string | undefined): void {
    if (linkId !== undefined) this.#lost.add(linkId);
  }

  /** Send buffers of the server are full for a while. */
  congest(ms: number): void {
    this.#congestedUntil = this.#clock.now() + ms;
  }

  readonly isCongested = (): boolean => this.#clock.now() < this.#congestedUntil && this.#random.chance(0.5);

  readonly carry: Carry = (arrive, from, { id }) => {
    const random = this.#random;
    const lane = `${id}/${from}`;
    const deliver = () => {
      if (!this.#lost.has(id)) arrive();
    };
    const delay = random.chance(0.05) ? random.between(100, 3000) : random.between(1, 30);
    if (this.isLawless && random.chance(0.03)) {
      const copies = random.between(0, 2);
      for (let copy = 0; copy < copies; copy++) this.#clock.after(random.between(1, 5000), deliver);
      return;
    }
    const at = Math.max(this.#arrivals.get(lane) ?? 0, this.#clock.now() + delay);
    this.#arrivals.set(lane, at);
    this.#clock.after(at - this.#clock.now(), deliver);
  };
}
