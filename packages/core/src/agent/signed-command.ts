import {
  type Command,
  type CommandBody,
  type ErrorCode,
  isRmmError,
  LIMITS,
  type SignedCommand,
  signingBytes,
} from '@rmm/protocol';
import { encodeServerFrame } from '@rmm/protocol/codec';
import type { Data } from '../data/data.js';
import type { Signer } from '../port/signer.js';
import type { CommandFault } from './command-fault.js';
import type { CommandKind } from './command-kind.js';
import type { CommandRow } from './command-model.js';

/** What an answer to a pull holds. */
export interface Delivery {
  readonly items: readonly (SignedCommand & { readonly id: string; readonly isNew: boolean })[];
  readonly undeliverable: readonly { readonly id: string; readonly code: ErrorCode; readonly message: string }[];
  readonly more: boolean;
}

/** Commands of fewer characters fit into a frame however badly they compress. */
const SURELY_FITS = 256 * 1024;

/**
 * A command as it travels, or why it cannot. One that cannot must not keep the others from travelling.
 * @throws what the signer throws: without it no command travels at all
 */
export async function signedCommand(
  signer: Signer,
  kind: CommandKind | undefined,
  data: Data,
  row: CommandRow,
): Promise<{ command: SignedCommand } | { fault: CommandFault }> {
  const body = await bodyOf(kind, data, row);
  if ('fault' in body) return body;
  const { id, deviceId, counter, createdAt, expiresAt } = row;
  const { systemId } = data;
  const unsigned: Command = { v: 1, id, systemId, deviceId, counter, issuedAt: createdAt, expiresAt, body: body.body };
  const doc = JSON.stringify(unsigned);
  const command = { doc, sig: await signer.sign(systemId, signingBytes('command', doc)) };
  if (fits(command)) return { command };
  const message =
    'What the command carries is too large to be sent; shorten the script and its variables, or the policies of the device';
  return { fault: { code: 'PAYLOAD_TOO_LARGE', message } };
}

async function bodyOf(
  kind: CommandKind | undefined,
  data: Data,
  row: CommandRow,
): Promise<{ body: CommandBody } | { fault: CommandFault }> {
  if (!kind) return unsupported(`No feature of this server handles commands of the kind "${row.kind}" any more`);
  try {
    const body = await kind.body(data, row);
    return body ? { body } : unsupported('What the command was to do no longer exists');
  } catch (error) {
    if (!isRmmError(error) || !TOLD.has(error.code)) throw error;
    return { fault: { code: error.code, message: error.message } };
  }
}

/** Why a kind may refuse to build a command. */
const TOLD: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['SECRET_UNREADABLE', 'DEVICE_MOVED']);

const unsupported = (message: string) => ({ fault: { code: 'COMMAND_UNSUPPORTED', message } as const });

function fits(command: SignedCommand): boolean {
  if (command.doc.length < SURELY_FITS) return true;
  // However well it compresses: the agent would close the link, and be given the same again.
  if (command.doc.length > LIMITS.commandLength) return false;
  try {
    encodeServerFrame({ kind: 'commands', items: [command], more: true });
    return true;
  } catch (error) {
    if (isRmmError(error, 'FRAME_TOO_LARGE')) return false;
    throw error;
  }
}
