import { serviceRef } from '../plugin/service-ref.js';
import type { AgentLink } from '../port/agent-transport.js';

/** One agent's proven link. */
export interface PresentAgent {
  readonly systemId: string;
  readonly deviceId: string;
  readonly link: AgentLink;
  readonly machine: string | undefined;
  /** Whether the agent was welcomed; before that it takes nothing else. */
  welcomed: boolean;
  /** Something for it was dropped, since its send buffer was full: every sign of life brings a nudge until it got an answer. */
  owed: boolean;
  /** Epoch milliseconds of the last sign of life. */
  lastSeenAt: number;
}

type DeviceRef = Pick<PresentAgent, 'systemId' | 'deviceId'>;

const keyOf = ({ systemId, deviceId }: DeviceRef): string => `${systemId}/${deviceId}`;

/** Which agents are connected to this process. */
export class Presence {
  readonly #agents = new Map<string, PresentAgent>();
  /** By device: what is being written about its coming and going. */
  readonly #turns = new Map<string, Promise<unknown>>();

  get size(): number {
    return this.#agents.size;
  }

  get(systemId: string, deviceId: string): PresentAgent | undefined {
    return this.#agents.get(keyOf({ systemId, deviceId }));
  }

  /** Makes this link the device's; returns the one it replaces, if any. */
  arrive(agent: PresentAgent): PresentAgent | undefined {
    const before = this.#agents.get(keyOf(agent));
    this.#agents.set(keyOf(agent), agent);
    return before;
  }

  /** True when this link was still the device's. */
  leave(agent: PresentAgent): boolean {
    return this.isPresent(agent) && this.#agents.delete(keyOf(agent));
  }

  isPresent(agent: PresentAgent): boolean {
    return this.#agents.get(keyOf(agent)) === agent;
  }

  /** Runs what is written about one device's coming and going one after the other, in the order of asking. */
  inTurn<R>(device: DeviceRef, run: () => Promise<R>): Promise<R> {
    const key = keyOf(device);
    const turn = (this.#turns.get(key) ?? Promise.resolve()).then(run);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#turns.set(key, settled);
    void settled.then(() => this.#turns.get(key) === settled && this.#turns.delete(key));
    return turn;
  }

  lastSeen(systemId: string, deviceId: string): number | undefined {
    return this.get(systemId, deviceId)?.lastSeenAt;
  }

  /** Tells a connected agent that something waits. One that is not yet welcomed asks by itself. */
  nudge(systemId: string, deviceId: string): void {
    const agent = this.get(systemId, deviceId);
    if (agent?.welcomed && !agent.link.send({ kind: 'nudge' })) agent.owed = true;
  }

  all(): IterableIterator<PresentAgent> {
    return this.#agents.values();
  }
}

export const presenceRef = serviceRef<Presence>('agent.presence');
