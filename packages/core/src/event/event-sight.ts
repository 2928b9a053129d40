import type { Access } from '../access/access.js';
import type { Data } from '../data/data.js';
import type { ThingDef } from '../plugin/thing.js';

type Payload = Readonly<Record<string, unknown>>;

/** Whoever sees a device sees these of it too. */
const GO_WITH_DEVICE: readonly string[] = ['profileId', 'jobId', 'executionId'];

/** Tells whether an actor sees all that an event names by id: `deviceId`, `jobId` and so on, for each kind of thing. */
export class EventSight {
  readonly #things: ReadonlyMap<string, ThingDef>;

  constructor(things: readonly ThingDef[]) {
    this.#things = new Map(things.map((thing) => [idField(thing.kind), thing]));
  }

  /** Whether all is seen that is known without a look into storage. These are told often. */
  showsPlaces({ visibility }: Access, payload: Payload): boolean {
    for (const field in payload) {
      const id = payload[field];
      const kind = this.#things.get(field)?.kind;
      if (typeof id !== 'string' || goesWithDevice(field, payload)) continue;
      if (kind === 'devices' && !visibility.device(id)) return false;
      if (kind === 'profiles' && !visibility.profile(id)) return false;
    }
    return true;
  }

  /** What storage must be asked about. */
  storedIn(payload: Payload): readonly StoredThing[] {
    return Object.entries(payload).flatMap(([field, id]) => {
      const thing = this.#things.get(field);
      if (!thing || typeof id !== 'string' || goesWithDevice(field, payload)) return [];
      return thing.kind === 'devices' || thing.kind === 'profiles' ? [] : [{ thing, id }];
    });
  }
}

/** Something that an event names by id. */
export interface StoredThing {
  readonly thing: ThingDef;
  readonly id: string;
}

/** Whether an actor sees all of these. */
export async function seesStored(
  stored: readonly StoredThing[],
  access: Access,
  data: Data,
  payload: Payload,
): Promise<boolean> {
  for (const { thing, id } of stored) {
    if ((await thing.visible(data, access, [id])).includes(id)) continue;
    // Of what is gone nobody can tell any more who saw it.
    if (payload.change !== 'removed' || access.visibility.devices !== undefined) return false;
  }
  return true;
}

const goesWithDevice = (field: string, payload: Payload): boolean =>
  typeof payload.deviceId === 'string' && GO_WITH_DEVICE.includes(field);

/** `policies` → `policyId` */
function idField(kind: string): string {
  return `${kind.replace(/ies$/, 'y').replace(/s$/, '')}Id`;
}
