import type { AgentFrameOf, ErrorCode } from '@rmm/protocol';
import type { ScriptOutcome } from './simulated-agent-options.js';

type Finished = AgentFrameOf<'finished'>;

const NOTHING = { exitCode: null, stdout: '', stderr: '', stdoutBytes: 0, stderrBytes: 0 } as const;

export function exited(id: string, at: number, startedAt: number, outcome: Omit<ScriptOutcome, 'afterMs'>): Finished {
  const { exitCode, stdout = '', stderr = '' } = outcome;
  const bytes = { stdoutBytes: Buffer.byteLength(stdout), stderrBytes: Buffer.byteLength(stderr) };
  return { kind: 'finished', id, at, outcome: 'exited', exitCode, startedAt, stdout, stderr, ...bytes };
}

export function cancelled(id: string, at: number, startedAt: number | null): Finished {
  return { kind: 'finished', id, at, outcome: 'cancelled', startedAt, ...NOTHING };
}

export function failed(
  id: string,
  at: number,
  startedAt: number | null,
  error: { readonly code: ErrorCode; readonly message: string },
): Finished {
  return { kind: 'finished', id, at, outcome: 'failed', startedAt, ...NOTHING, error };
}

export function refused(id: string, at: number, code: ErrorCode, message: string): AgentFrameOf<'refused'> {
  return { kind: 'refused', id, at, code, message };
}
