import type { Audit, Command } from '@rmm/protocol';
import type { Clock } from '../port/clock.js';
import type { AgentDisk } from './agent-disk.js';
import type { MemoryTransport } from './memory-transport.js';

/** Where a simulated agent can be made to crash. */
export type CrashPoint = 'before journal' | 'after journal' | 'before send' | 'after send';

/** What a script does. */
export interface ScriptOutcome {
  readonly afterMs: number;
  readonly exitCode: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

export interface SimulatedAgentOptions {
  readonly transport: MemoryTransport;
  readonly clock: Clock;
  /** What to enrol with; not needed with the disk of an agent that has enrolled. */
  readonly token?: string;
  readonly disk?: AgentDisk;
  readonly hostname?: string;
  /** Names the computer; two with the same identity differ in it. */
  readonly machine?: string;
  readonly remoteAddress?: string;
  /** 0 to 1, for waits and nonces. Default always a half. */
  readonly random?: () => number;
  /** Scripts at a time. Default 2. */
  readonly maxJobs?: number;
  /** Called when a script begins to run; default: it prints `ok` after a second. */
  readonly runScript?: (command: Command) => ScriptOutcome;
  /** Default: a sample under its host name. */
  readonly audit?: () => Partial<Audit>;
  /** Types of policies that it acts on, besides `agent`. */
  readonly policyTypes?: readonly string[];
  /** Whether to crash here and now. */
  readonly crashesAt?: (point: CrashPoint) => boolean;
  /** How far this computer's clock is off, milliseconds. */
  readonly skewMs?: () => number;
}
