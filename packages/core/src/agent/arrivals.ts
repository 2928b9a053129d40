import type { OperationContext } from '../operation/operation.js';
import { serviceRef } from '../plugin/service-ref.js';

/** What an agent that connects tells of itself. */
export interface Arrival {
  readonly deviceId: string;
  /** Hash of the policies that it keeps. */
  readonly policy: string | undefined;
}

/** Runs in the transaction in which the device comes online. */
export type ArrivalHook = (context: OperationContext, arrival: Arrival) => Promise<void>;

/** Lets features act when an agent connects. */
export class Arrivals {
  readonly #hooks: ArrivalHook[] = [];

  /** Only while plugins are set up. */
  register(hook: ArrivalHook): void {
    this.#hooks.push(hook);
  }

  async tell(context: OperationContext, arrival: Arrival): Promise<void> {
    for (const hook of this.#hooks) await hook(context, arrival);
  }
}

export const arrivalsRef = serviceRef<Arrivals>('agent.arrivals');
