import type { PluginContext } from '../plugin/plugin.js';
import { serviceRef } from '../plugin/service-ref.js';
import type { Touched } from './policy-marks.js';
import type { PolicyReader } from './policy-reader.js';
import { SystemDelivery } from './system-delivery.js';

const TICK_MS = 60_000;
const TIDY_EVERY_TICKS = 24 * 60;

/**
 * Keeps what devices obey in step with the policies that hold. Connected agents get a change within a second; absent ones
 * when they return.
 */
export class PolicyDelivery {
  readonly #context: PluginContext;
  readonly #reader: PolicyReader;
  readonly #systems = new Map<string, SystemDelivery>();
  readonly #listening: (() => void)[];
  #cancelTick: (() => void) | undefined;
  #tidying = Promise.resolve();
  #ticks = 0;
  #stopped = false;

  constructor(context: PluginContext, reader: PolicyReader) {
    this.#context = context;
    this.#reader = reader;
    this.#listening = this.#listen(context.events);
  }

  /** Tells of a change that is stored. Returns at once. */
  touch(systemId: string, touched: Touched): void {
    this.#of(systemId).touch(touched);
  }

  /** Tries once more, in a while, what agents could not take. */
  retryLater(systemId: string): void {
    this.#of(systemId).retryLater();
  }

  /** Compares what is written down with what is to be, in the background. */
  start(systemIds: readonly string[]): void {
    for (const id of systemIds) this.touch(id, { everything: true });
    this.#tick();
  }

  /** Resolves when everything that was touched is written down. */
  async idle(): Promise<void> {
    await Promise.all([...this.#systems.values()].map((system) => system.idle()));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTick?.();
    for (const end of this.#listening) end();
    await Promise.all([...this.#systems.values()].map((system) => system.stop()));
    await this.#tidying;
  }

  #of(systemId: string): SystemDelivery {
    const known = this.#systems.get(systemId);
    if (known) return known;
    const context = this.#context;
    const { shared } = context.storage.capabilities;
    const made = new SystemDelivery({ context, data: context.data(systemId), reader: this.#reader, shared });
    this.#systems.set(systemId, made);
    return made;
  }

  #listen(events: PluginContext['events']): (() => void)[] {
    const touchDevice = ({ systemId, deviceId }: { systemId: string; deviceId: string }) => {
      const system = this.#of(systemId);
      if (system.targets.holdsAny) system.touch({ devices: [deviceId] });
    };
    const ifDefaults = (event: { systemId: string; deviceId: string }) => {
      if (this.#of(event.systemId).targets.mayReadDefaults()) touchDevice(event);
    };
    return [
      events.on('device.enrolled', touchDevice),
      // It was to obey nothing, so it is to obey something else now whatever holds.
      events.on('device.restored', ({ systemId, deviceId }) => this.touch(systemId, { devices: [deviceId] })),
      events.on('device.suspended', touchDevice),
      events.on('device.changed', touchDevice),
      events.on('device.audited', ifDefaults),
      events.on('device.online', ifDefaults),
      events.on('device.offline', ifDefaults),
      events.on('filter.membership', (event) => {
        const { targets } = this.#of(event.systemId);
        if (targets.mayRead({ kind: 'filter', id: event.filterId })) touchDevice(event);
      }),
      events.on('group.changed', ({ systemId, groupId }) => {
        const system = this.#of(systemId);
        if (system.targets.mayRead({ kind: 'group', id: groupId })) system.touch({ groups: [groupId] });
      }),
    ];
  }

  #tick(): void {
    if (this.#stopped) return;
    this.#cancelTick = this.#context.clock.after(TICK_MS, () => {
      for (const system of this.#systems.values()) system.tick();
      if (this.#ticks++ % TIDY_EVERY_TICKS === 0) this.#tidying = this.#tidying.then(() => this.#tidy());
      this.#tick();
    });
  }

  async #tidy(): Promise<void> {
    for (const system of this.#systems.values()) {
      if (this.#stopped) return;
      await system
        .tidy()
        .catch((error: unknown) =>
          this.#context.logger.warn('Old documents of policies could not be removed', { error: String(error) }),
        );
    }
  }
}

export const policyDeliveryRef = serviceRef<PolicyDelivery>('policy.delivery');
