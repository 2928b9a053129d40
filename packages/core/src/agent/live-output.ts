import { type AgentFrameOf, LIMITS } from '@rmm/protocol';
import type { RmmEvents } from '../event/rmm-events.js';
import { serviceRef } from '../plugin/service-ref.js';

type Stream = 'stdout' | 'stderr';

interface Watched {
  readonly deviceId: string;
  readonly jobId: string;
  readonly text: Record<Stream, string>;
}

/** Executions whose running output is kept, and characters of it in all; the oldest make room. */
const MOST_EXECUTIONS = 256;
const MOST_TEXT = 32 * 1024 * 1024;

type Emit = (payload: RmmEvents['execution.output']) => void;

/** Finds the job of an execution that has not ended. */
export type ExecutionLookup = (
  systemId: string,
  executionId: string,
) => Promise<{ readonly jobId: string; readonly deviceId: string } | undefined>;

/**
 * What running scripts have printed so far: for watching only, in memory only. The whole output comes with the end of the
 * execution and is what counts.
 */
export class LiveOutput {
  readonly #watched = new Map<string, Watched>();
  readonly #emit: Emit;
  #length = 0;
  #lookup: ExecutionLookup = async () => undefined;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** Set by the feature that keeps executions. */
  lookUpWith(lookup: ExecutionLookup): void {
    this.#lookup = lookup;
  }

  /** Takes a piece of output from the device on which the execution runs; from another it is ignored. */
  async push(systemId: string, deviceId: string, frame: AgentFrameOf<'output'>): Promise<void> {
    const key = `${systemId}/${frame.id}`;
    const watched = this.#watched.get(key) ?? (await this.#watch(systemId, key, frame.id));
    if (watched?.deviceId !== deviceId) return;
    const { stream, offset, text } = frame;
    const room = LIMITS.outputBytes - watched.text[stream].length;
    const kept = text.slice(0, Math.max(0, room));
    watched.text[stream] += kept;
    this.#length += kept.length;
    this.#makeRoom();
    this.#emit({ systemId, jobId: watched.jobId, executionId: frame.id, deviceId, stream, offset, text });
  }

  textOf(systemId: string, executionId: string): Record<Stream, string> | undefined {
    return this.#watched.get(`${systemId}/${executionId}`)?.text;
  }

  forget(systemId: string, executionId: string): void {
    this.#forget(`${systemId}/${executionId}`);
  }

  async #watch(systemId: string, key: string, executionId: string): Promise<Watched | undefined> {
    const execution = await this.#lookup(systemId, executionId);
    if (!execution) return undefined;
    const { jobId, deviceId } = execution;
    const watched = this.#watched.get(key) ?? { jobId, deviceId, text: { stdout: '', stderr: '' } };
    this.#watched.set(key, watched);
    return watched;
  }

  #makeRoom(): void {
    for (const key of this.#watched.keys()) {
      if (this.#watched.size <= MOST_EXECUTIONS && this.#length <= MOST_TEXT) return;
      this.#forget(key);
    }
  }

  #forget(key: string): void {
    const watched = this.#watched.get(key);
    if (!watched) return;
    this.#length -= watched.text.stdout.length + watched.text.stderr.length;
    this.#watched.delete(key);
  }
}

export const liveOutputRef = serviceRef<LiveOutput>('agent.liveOutput');
