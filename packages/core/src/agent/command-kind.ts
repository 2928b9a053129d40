import type { CommandBody, ErrorCode } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import type { OperationContext } from '../operation/operation.js';
import type { CommandRow } from './command-model.js';

/** How a command ended on the agent. */
export interface CommandEnd {
  readonly at: number;
  readonly outcome: 'exited' | 'timed-out' | 'cancelled' | 'failed';
  readonly exitCode: number | null;
  readonly startedAt: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  readonly error?: { readonly code: ErrorCode; readonly message: string } | undefined;
}

/**
 * What a kind of command means to the server. The handlers run inside the transaction in which the command moves on, so
 * both happen or neither; each end is told exactly once.
 */
export interface CommandKind {
  readonly kind: CommandBody['kind'];
  /** Builds what the agent gets, as late as possible; undefined when the command has become pointless. */
  body(data: Data, command: CommandRow): Promise<CommandBody | undefined>;
  accepted?(context: OperationContext, commands: readonly CommandRow[]): Promise<void>;
  started?(context: OperationContext, command: CommandRow, at: number): Promise<void>;
  refused?(context: OperationContext, command: CommandRow, fault: { code: ErrorCode; message: string }): Promise<void>;
  finished?(context: OperationContext, command: CommandRow, end: CommandEnd): Promise<void>;
  /** The device did not fetch it in time. */
  expired?(context: OperationContext, command: CommandRow): Promise<void>;
  /** The agent had accepted it, but lost its journal or never came back. */
  lost?(context: OperationContext, command: CommandRow): Promise<void>;
}
