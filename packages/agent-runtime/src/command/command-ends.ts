import type { ScriptResult } from '@rmm/component-sdk/runner';
import type { ErrorCode } from '@rmm/protocol';
import type { CommandEnd } from './journal-entry.js';

type Finished = Extract<CommandEnd, { kind: 'finished' }>;

const NOTHING = { exitCode: null, startedAt: null, stdout: '', stderr: '', stdoutBytes: 0, stderrBytes: 0 } as const;
/** Longest message of a refusal or failure. */
const MESSAGE_LENGTH = 2000;

/** A script that ran, or could not be started. `shiftMs` turns this device's clock into the server's. */
export function finishedBy(id: string, result: ScriptResult, shiftMs: number): Finished {
  return {
    kind: 'finished',
    id,
    at: serverTime(result.endedAt, shiftMs),
    outcome: result.outcome,
    exitCode: result.exitCode,
    startedAt: result.startedAt === null ? null : serverTime(result.startedAt, shiftMs),
    stdout: result.stdout,
    stderr: result.stderr,
    stdoutBytes: result.stdoutBytes,
    stderrBytes: result.stderrBytes,
    ...(result.error && { error: { code: result.error.code, message: result.error.message.slice(0, MESSAGE_LENGTH) } }),
  };
}

/** A command without a script that was carried out (exit code 0) or could not be (1, with the reason). */
export function carriedOut(id: string, at: number, failure?: string): Finished {
  const stderr = failure === undefined ? '' : `${failure}\n`;
  const stderrBytes = Buffer.byteLength(stderr);
  return {
    ...NOTHING,
    kind: 'finished',
    id,
    at,
    outcome: 'exited',
    exitCode: failure === undefined ? 0 : 1,
    startedAt: at,
    stderr,
    stderrBytes,
  };
}

/** A script that never started because it was called off. */
export function cancelledBeforeStart(id: string, at: number): Finished {
  return { ...NOTHING, kind: 'finished', id, at, outcome: 'cancelled' };
}

export function failed(
  id: string,
  at: number,
  code: ErrorCode,
  message: string,
  startedAt: number | null = null,
): Finished {
  return {
    ...NOTHING,
    kind: 'finished',
    id,
    at,
    outcome: 'failed',
    startedAt,
    error: { code, message: message.slice(0, MESSAGE_LENGTH) },
  };
}

export function refused(
  id: string,
  at: number,
  code: ErrorCode,
  message: string,
): Extract<CommandEnd, { kind: 'refused' }> {
  return { kind: 'refused', id, at, code, message: message.slice(0, MESSAGE_LENGTH) };
}

/** The same end with outputs of at most `length` characters each, for a disk or a frame without room for more. */
export function shortened(end: CommandEnd, length: number): CommandEnd {
  if (end.kind === 'refused') return end;
  const cut = (text: string) =>
    text.length > length ? `${text.slice(0, length)}\n[… the rest was left out …]\n` : text;
  return { ...end, stdout: cut(end.stdout), stderr: cut(end.stderr) };
}

function serverTime(time: number, shiftMs: number): number {
  return Math.max(0, Math.round(time + shiftMs));
}
