import type { Access } from '../access/access.js';
import type { Data } from '../data/data.js';
import type { ThingDef } from '../plugin/thing.js';

/** Whoever sees a device sees these of it too. */
const GO_WITH_DEVICE: readonly string[] = ['profileId', 'jobId', 'executionId'];

/** Tells whether an actor sees all that an event names by id: `deviceId`, `jobId` and so on, for each kind of thing. */
export class EventSight {
  readonly #things: ReadonlyMap<string, ThingDef>;

  constructor(things: readonly ThingDef[]) {
    this.#things = new Map(things.map((thing) => [idField(thing.kind), thing]));
  }

  async shows(access: Access, data: Data, payload: Readonly<Record<string, unknown>>): Promise<boolean> {
    for (const [field, id] of Object.entries(payload)) {
      const thing = this.#things.get(field);
      if (!thing || typeof id !== 'string') continue;
      if ('deviceId' in payload && GO_WITH_DEVICE.includes(field)) continue;
      if (!(await sees(thing, access, data, id, payload.change === 'removed'))) return false;
    }
    return true;
  }
}

async function sees(thing: ThingDef, access: Access, data: Data, id: string, removed: boolean): Promise<boolean> {
  const { visibility } = access;
  // Told often, and known without a look into storage.
  if (thing.kind === 'devices') return visibility.device(id);
  if (thing.kind === 'profiles') return visibility.profile(id);
  if ((await thing.visible(data, access, [id])).includes(id)) return true;
  // Of what is gone nobody can tell any more who saw it.
  return removed && visibility.devices === undefined;
}

/** `policies` → `policyId` */
function idField(kind: string): string {
  return `${kind.replace(/ies$/, 'y').replace(/s$/, '')}Id`;
}
