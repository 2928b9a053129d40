import type { ErrorCode, Language } from '@rmm/protocol';

/** The name of the environment variable that marks every process of one execution, however far it detaches itself. */
export const EXECUTION_MARK = 'RMM_EXECUTION_ID';

/** Which of a script's two outputs. */
export type OutputStream = 'stdout' | 'stderr';

/** A process, told from a later one with the same number. */
export interface ProcessRef {
  readonly pid: number;
  /** When it started, in a form that only serves to compare; absent where the system does not tell. */
  readonly stamp?: string;
}

/** One execution of a script. */
export interface ScriptRun {
  /** Unique; the processes carry it in `RMM_EXECUTION_ID`. */
  readonly id: string;
  readonly language: Language;
  readonly script: string;
  /** Inputs, laid over the base environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** After this time the whole process tree is ended, milliseconds. */
  readonly timeoutMs: number;
  /** What is kept of each output, bytes; the protocol's limit unless told. */
  readonly outputBytes?: number;
  /** Where the private folder of this execution is made; the system's temporary folder unless told. */
  readonly tempRoot?: string;
  /** Between the polite and the hard end of a process tree, milliseconds; 2000 unless told. */
  readonly graceMs?: number | (() => number);
  /** Ends the execution as `cancelled`. */
  readonly signal?: AbortSignal;
  /** Called once the process runs. */
  readonly onStarted?: (process: ProcessRef, at: number) => void;
  /** A piece of output as it comes. `offset` counts the characters of this stream that came before. */
  readonly onOutput?: (stream: OutputStream, text: string, offset: number) => void;
}

/** How an execution ended. */
export interface ScriptResult {
  /** `failed`: the script did not start; `error` says why. */
  readonly outcome: 'exited' | 'timed-out' | 'cancelled' | 'failed';
  /** 128 + number when a signal ended the script; null when it was ended by us, or did not start. */
  readonly exitCode: number | null;
  /** Epoch milliseconds; null when it did not start. */
  readonly startedAt: number | null;
  readonly endedAt: number;
  /** Decoded, at most `outputBytes`; of a longer output the first three quarters and the end, with a line between. */
  readonly stdout: string;
  readonly stderr: string;
  /** What the script wrote in all, bytes. */
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  readonly error?: { readonly code: ErrorCode; readonly message: string };
}
