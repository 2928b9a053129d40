import type { CommandBody, ErrorCode } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import type { OperationContext } from '../operation/operation.js';
import type { CommandFault } from './command-fault.js';
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
  /** Of `policy.apply`: what the agent keeps now. */
  readonly policy?: { readonly hash: string; readonly ignored: readonly string[] } | undefined;
}

/**
 * What a kind of command means to the server. The handlers run inside the transaction in which the command moves on, so
 * both happen or neither; each command is told exactly one of its ends.
 */
export interface CommandKind {
  readonly kind: CommandBody['kind'];
  /** Nothing else is left to do on the device: all its other commands are taken back when this one is queued. */
  readonly isLast?: boolean;
  /** What it brings is meant for the device in its present Profile: a move to another one takes it back. */
  readonly ofProfile?: boolean;
  /**
   * Builds what the agent gets, as late as possible; undefined when the command has become pointless.
   * @throws RmmError `SECRET_UNREADABLE`, `DEVICE_MOVED`, with which the command ends
   */
  body(data: Data, command: CommandRow): Promise<CommandBody | undefined>;
  accepted?(context: OperationContext, commands: readonly CommandRow[]): Promise<void>;
  started?(context: OperationContext, command: CommandRow, at: number): Promise<void>;
  /** End: the agent will not run it, or it could not be given to the agent. */
  refused?(context: OperationContext, command: CommandRow, fault: CommandFault): Promise<void>;
  /** End: the agent carried it out, well or badly. */
  finished?(context: OperationContext, command: CommandRow, end: CommandEnd): Promise<void>;
  /** End: the device did not fetch it in time. */
  expired?(context: OperationContext, command: CommandRow): Promise<void>;
  /** End: an agent had it, but lost its journal or never came back. */
  lost?(context: OperationContext, command: CommandRow, fault: CommandFault): Promise<void>;
  /**
   * They were taken back on their way to the agent, which may have them already: their ends follow. To ask it to drop them.
   */
  recalled?(context: OperationContext, commands: readonly CommandRow[]): Promise<void>;
  /** End: it was taken back before an agent accepted it; `fault` tells why unless somebody asked for it. */
  withdrawn?(context: OperationContext, command: CommandRow, fault?: CommandFault): Promise<void>;
}
