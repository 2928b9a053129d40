import type { Access } from '../access/access.js';
import type { Data } from '../data/data.js';

/** A kind of thing that requests name by id, as in `touches: ({ policyId }) => ({ policies: [policyId] })`. */
export interface ThingDef {
  /** The key in `touches`, in the plural: `policies`. */
  readonly kind: string;
  /** For messages: `policy`. */
  readonly label: string;
  /** Those of the ids that exist and that the actor may see. Reads rows; must not wait for the index of devices. */
  visible(data: Data, access: Access, ids: readonly string[]): Promise<readonly string[]>;
  /**
   * Whether any of them may be hidden from this actor, now or when there was more of them; where none may, the activity
   * log is not searched for them. Default: from everybody but account administrators.
   */
  hides?(access: Access): boolean;
  /** What people call such things. Default: they have no names. */
  readonly names?: ThingNames;
}

export interface ThingNames {
  /** Who has it may read them, of the things that they see. */
  readonly permission: string;
  /** By id, of those that there are. */
  of(data: Data, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** {@link ThingDef.hides} of things that everybody sees who sees every device. */
export const hiddenWithDevices = ({ visibility }: Access): boolean => visibility.devices !== undefined;
