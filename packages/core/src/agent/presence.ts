import { serviceRef } from '../plugin/service-ref.js';
import type { AgentLink } from '../port/agent-transport.js';

/** One agent's proven link. */
export interface PresentAgent {
  readonly systemId: string;
  readonly deviceId: string;
  readonly link: AgentLink;
  readonly machine: string | undefined;
  /** Epoch milliseconds of the last sign of life. */
  lastSeenAt: number;
}

/** Which agents are connected to this process. */
export class Presence {
  readonly #agents = new Map<string, PresentAgent>();

  get size(): number {
    return this.#agents.size;
  }

  get(systemId: string, deviceId: string): PresentAgent | undefined {
    return this.#agents.get(`${systemId}/${deviceId}`);
  }

  /** Makes this link the device's; returns the one it replaces, if any. */
  arrive(agent: PresentAgent): PresentAgent | undefined {
    const key = `${agent.systemId}/${agent.deviceId}`;
    const before = this.#agents.get(key);
    this.#agents.set(key, agent);
    return before;
  }

  /** True when this link was still the device's. */
  leave(agent: PresentAgent): boolean {
    const key = `${agent.systemId}/${agent.deviceId}`;
    return this.#agents.get(key) === agent && this.#agents.delete(key);
  }

  lastSeen(systemId: string, deviceId: string): number | undefined {
    return this.get(systemId, deviceId)?.lastSeenAt;
  }

  /** Tells a connected agent that something waits. */
  nudge(systemId: string, deviceId: string): void {
    this.get(systemId, deviceId)?.link.send({ kind: 'nudge' });
  }

  all(): IterableIterator<PresentAgent> {
    return this.#agents.values();
  }
}

export const presenceRef = serviceRef<Presence>('agent.presence');
