import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { LIMITS } from '@rmm/protocol';
import { CappedOutput } from './capped-output.js';
import { decodeOutput, OutputDecoder } from './decode-output.js';
import { endProcessTree } from './end-process-tree.js';
import type { Invocation } from './interpreters.js';
import type { OutputSource } from './output-source.js';
import { processRef } from './process-table.js';
import type { OutputStream, ProcessRef, ScriptResult, ScriptRun } from './script-run.js';

/** After the script's exit: how long the outputs must be quiet, and how long they are read at most. */
const QUIET_MS = 100;
const DRAIN_MS = 2000;
const GRACE_MS = 2000;
/** A process that the kernel will not let go of (dead disk) is left to itself after this time. */
const ABANDON_MS = 5000;

type End = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** One running script, from spawn to result. */
export class Execution {
  readonly #run: ScriptRun;
  readonly #child: ChildProcess;
  readonly #codePage: number | undefined;
  readonly #cap: number;
  readonly #sources: Readonly<Record<OutputStream, OutputSource>>;
  readonly #startedAt = Date.now();
  readonly #root: ProcessRef | undefined;
  readonly #outputs: Readonly<Record<OutputStream, CappedOutput>>;
  #open = 0;
  #lastOutput = performance.now();
  #forced: 'timed-out' | 'cancelled' | undefined;
  #wake: (() => void) | undefined;

  /** @throws what `spawn` throws */
  constructor(
    run: ScriptRun,
    invocation: Invocation,
    options: {
      folder: string;
      environment: Record<string, string>;
      codePage: number | undefined;
      sources: Readonly<Record<OutputStream, OutputSource>>;
    },
  ) {
    this.#cap = run.outputBytes ?? LIMITS.outputBytes;
    this.#run = run;
    this.#codePage = options.codePage;
    this.#sources = options.sources;
    this.#outputs = { stdout: new CappedOutput(this.#cap), stderr: new CappedOutput(this.#cap) };
    this.#child = spawn(invocation.program, invocation.args, {
      cwd: options.folder,
      env: options.environment,
      stdio: ['ignore', options.sources.stdout.stdio, options.sources.stderr.stdio],
      // Its own session and process group, so that a signal to the group reaches the script's children too.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.#root = this.#child.pid === undefined ? undefined : processRef(this.#child.pid);
  }

  /** @throws the system's error when the process could not be started */
  async result(): Promise<ScriptResult> {
    const ended = this.#watchEnd();
    ended.catch(() => undefined);
    await this.#spawned();
    this.#read('stdout');
    this.#read('stderr');
    if (this.#root !== undefined) this.#run.onStarted?.(this.#root, this.#startedAt);
    const end = await this.#untilEnd(ended);
    await this.#drain();
    this.#child.unref();
    return {
      outcome: this.#forced ?? 'exited',
      exitCode: this.#forced ? null : exitCode(end),
      startedAt: this.#startedAt,
      endedAt: Date.now(),
      stdout: decodeOutput(this.#outputs.stdout.parts(), this.#codePage, this.#cap),
      stderr: decodeOutput(this.#outputs.stderr.parts(), this.#codePage, this.#cap),
      stdoutBytes: this.#outputs.stdout.total,
      stderrBytes: this.#outputs.stderr.total,
    };
  }

  #watchEnd(): Promise<End> {
    // 'exit', never 'close': a daemon that the script left behind may keep the pipes open for ever.
    return new Promise((resolve, reject) => {
      this.#child.once('exit', (code, signal) => resolve({ code, signal }));
      this.#child.once('error', reject);
    });
  }

  #spawned(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#child.once('spawn', resolve);
      this.#child.once('error', reject);
    });
  }

  #read(name: OutputStream): void {
    const decoder = new OutputDecoder(this.#codePage);
    const output = this.#outputs[name];
    this.#open++;
    const onChunk = (chunk: Uint8Array) => {
      this.#lastOutput = performance.now();
      const watched = output.total < this.#cap ? this.#run.onOutput : undefined;
      output.push(chunk);
      if (watched === undefined) return;
      const { text, offset } = decoder.decode(chunk);
      if (text !== '') watched(name, text, offset);
    };
    this.#sources[name].read(this.#child[name], onChunk, () => {
      this.#open--;
      this.#wake?.();
    });
  }

  /** Until the process ended by itself, or we have ended all of its tree; undefined when it could not be ended. */
  async #untilEnd(ended: Promise<End>): Promise<End | undefined> {
    const force = this.#untilForced();
    const end = await Promise.race([ended, force.promise]);
    force.dispose();
    if (this.#forced === undefined) return end;
    const { id, graceMs = GRACE_MS } = this.#run;
    await endProcessTree(id, this.#root, typeof graceMs === 'number' ? graceMs : graceMs());
    return Promise.race([ended, delay(ABANDON_MS, undefined, { ref: false })]);
  }

  /** Settles when time is up or the execution is called off. */
  #untilForced(): { readonly promise: Promise<undefined>; dispose(): void } {
    const { signal, timeoutMs } = this.#run;
    let dispose = () => {};
    const promise = new Promise<undefined>((resolve) => {
      const force = (why: 'timed-out' | 'cancelled') => {
        this.#forced ??= why;
        resolve(undefined);
      };
      const onAbort = () => force('cancelled');
      const timer = setTimeout(() => force('timed-out'), Math.min(timeoutMs, 2 ** 31 - 1));
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted) onAbort();
      dispose = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
    });
    return { promise, dispose };
  }

  /** Reads what is still in the pipes: until both are closed, or quiet, or for two seconds. */
  async #drain(): Promise<void> {
    const until = performance.now() + DRAIN_MS;
    this.#lastOutput = performance.now();
    while (this.#open > 0) {
      const now = performance.now();
      const wait = Math.min(until, this.#lastOutput + QUIET_MS) - now;
      if (wait <= 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, wait);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/** As a shell tells it: 128 and the signal's number. */
function exitCode(end: End | undefined): number | null {
  if (end?.signal) return 128 + (constants.signals[end.signal] ?? 0);
  return end?.code ?? null;
}
