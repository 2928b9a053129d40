import type { PolicyTarget } from './policy-models.js';
import type { PolicyPlace } from './resolve/policy-world.js';

/** What may have changed what devices are to obey. */
export interface Touched {
  readonly devices?: Iterable<string>;
  /** Try again also what an agent could not take. */
  readonly retry?: boolean;
  /** The devices that these terms hold, or held: before a change and after it. */
  readonly policies?: readonly PolicyReach[];
  readonly groups?: Iterable<string>;
  /** Who enters and leaves default filters as time passes. */
  readonly passingTime?: boolean;
  readonly everything?: boolean;
  /** What is stored of policies or of suspended monitoring has changed; so it has where policies are touched. */
  readonly stale?: boolean;
}

export interface PolicyReach {
  readonly place: PolicyPlace;
  readonly targets: readonly PolicyTarget[];
}

/** What has been touched and not been settled. */
export class PolicyMarks {
  /** By device: whether what failed is tried again. In the order of touching. */
  readonly #devices = new Map<string, boolean>();
  #reaches: PolicyReach[] = [];
  #groups = new Set<string>();
  #passingTime = false;
  #everything = false;

  get isEmpty(): boolean {
    return this.#devices.size === 0 && !this.isWide;
  }

  /** Something was touched of which the devices are not known yet. */
  get isWide(): boolean {
    return this.#everything || this.#passingTime || this.#reaches.length > 0 || this.#groups.size > 0;
  }

  add({ devices = [], retry = false, policies = [], groups = [], passingTime, everything }: Touched): void {
    for (const id of devices) this.#devices.set(id, retry || (this.#devices.get(id) ?? false));
    this.#reaches.push(...policies);
    for (const id of groups) this.#groups.add(id);
    if (passingTime) this.#passingTime = true;
    if (everything) this.#everything = true;
  }

  /** Takes out what is wide. */
  takeWide(): Required<Pick<Touched, 'policies' | 'groups' | 'passingTime' | 'everything'>> {
    const policies = this.#reaches;
    const groups = this.#groups;
    const wide = { policies, groups, passingTime: this.#passingTime, everything: this.#everything };
    this.#reaches = [];
    this.#groups = new Set();
    this.#passingTime = false;
    this.#everything = false;
    return wide;
  }

  /** Takes out the devices that were touched first. */
  take(most: number): ReadonlyMap<string, boolean> {
    const taken = new Map<string, boolean>();
    for (const [id, retry] of this.#devices) {
      if (taken.size === most) break;
      taken.set(id, retry);
      this.#devices.delete(id);
    }
    return taken;
  }
}
