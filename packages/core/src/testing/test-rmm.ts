import type { RmmApi } from '../core-api.js';
import { createRmm } from '../create-rmm.js';
import type { HostActor } from '../port/actor.js';
import type { AgentTransport } from '../port/agent-transport.js';
import type { AnyPlugins, ApiOfPlugins, Rmm, RmmOptions } from '../rmm.js';
import { seededIds } from './seeded-ids.js';
import { silentTransport } from './silent-transport.js';
import { type VirtualClock, virtualClock } from './virtual-clock.js';

/** A started server whose time, ids and chance the test controls, and whose outputs are checked against their schemas. */
export interface TestRmm<Api extends object = RmmApi> extends AsyncDisposable {
  readonly rmm: Rmm<Api>;
  readonly clock: VirtualClock;
  /** Makes a System and returns the host program's actor in it. */
  system(name?: string): Promise<HostActor & { readonly systemId: string }>;
}

type TestRmmOptions<Plugins extends AnyPlugins> = Pick<RmmOptions<Plugins>, 'storage'> &
  Partial<Omit<RmmOptions<Plugins>, 'storage' | 'clock' | 'transport'>> & {
    readonly clock?: VirtualClock;
    /** Null for a server without transport. */
    readonly transport?: AgentTransport | null;
  };

/** Of the storage nothing is assumed but that it is new or was used by a stopped server with the same master key. */
export async function testRmm<const Plugins extends AnyPlugins = readonly []>(
  options: TestRmmOptions<Plugins>,
): Promise<TestRmm<RmmApi & ApiOfPlugins<Plugins>>> {
  const { clock = virtualClock(), transport = silentTransport(), ...given } = options;
  const rmm = await createRmm<Plugins>({
    masterKey: new Uint8Array(32).fill(7),
    ids: seededIds(),
    checkOutputs: true,
    ...given,
    ...(transport && { transport }),
    clock,
  });
  await rmm.start();
  return {
    rmm,
    clock,
    system: async (name = 'Example') => {
      const { id } = await (rmm as unknown as Rmm).as({ kind: 'host', name: 'test' }).systems.create({ name });
      return { kind: 'host', systemId: id, name: 'test' };
    },
    [Symbol.asyncDispose]: () => rmm.stop(),
  };
}
