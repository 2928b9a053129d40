import { type AgentFrameOf, LIMITS } from '@rmm/protocol';
import type { RmmEvents } from '../event/rmm-events.js';
import { serviceRef } from '../plugin/service-ref.js';

type Stream = 'stdout' | 'stderr';

interface Watched {
  readonly deviceId: string;
  readonly jobId: string;
  readonly text: Record<Stream, string>;
}

/** Executions whose running output is kept; the oldest make room. */
const MOST_EXECUTIONS = 256;

type Emit = (payload: RmmEvents['execution.output']) => void;

/** Finds the job of an execution that runs on this device. */
export type ExecutionLookup = (
  systemId: string,
  executionId: string,
) => Promise<{ jobId: string; deviceId: string } | undefined>;

/**
 * What running scripts have printed so far: for watching only, in memory only. The whole output comes with the end of the
 * execution and is what counts.
 */
export class LiveOutput {
  readonly #watched = new Map<string, Watched>();
  readonly #emit: Emit;
  #lookup: ExecutionLookup = async () => undefined;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** Set by the feature that keeps executions. */
  lookUpWith(lookup: ExecutionLookup): void {
    this.#lookup = lookup;
  }

  async push(systemId: string, deviceId: string, frame: AgentFrameOf<'output'>): Promise<void> {
    const watched = await this.#watch(systemId, deviceId, frame.id);
    if (!watched) return;
    const room = LIMITS.outputBytes - watched.text[frame.stream].length;
    watched.text[frame.stream] += frame.text.slice(0, Math.max(0, room));
    const { stream, offset, text } = frame;
    this.#emit({ systemId, jobId: watched.jobId, executionId: frame.id, deviceId, stream, offset, text });
  }

  textOf(systemId: string, executionId: string): Record<Stream, string> | undefined {
    return this.#watched.get(`${systemId}/${executionId}`)?.text;
  }

  forget(systemId: string, executionId: string): void {
    this.#watched.delete(`${systemId}/${executionId}`);
  }

  async #watch(systemId: string, deviceId: string, executionId: string): Promise<Watched | undefined> {
    const key = `${systemId}/${executionId}`;
    let watched = this.#watched.get(key);
    if (!watched) {
      const execution = await this.#lookup(systemId, executionId);
      if (!execution) return undefined;
      watched = { ...execution, text: { stdout: '', stderr: '' } };
      this.#watched.set(key, watched);
      const oldest = this.#watched.keys().next().value;
      if (this.#watched.size > MOST_EXECUTIONS && oldest !== undefined) this.#watched.delete(oldest);
    }
    return watched.deviceId === deviceId ? watched : undefined;
  }
}

export const liveOutputRef = serviceRef<LiveOutput>('agent.liveOutput');
