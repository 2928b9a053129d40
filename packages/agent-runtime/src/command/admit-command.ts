import { type Command, type ErrorCode, isRmmError, RmmError, type SignedCommand, signingBytes } from '@rmm/protocol';
import { isSignedBy } from '../identity/ed25519.js';
import type { Identity } from '../identity/identity.js';
import { type Envelope, isCommand, isEnvelope } from '../schema/protocol-schemas.js';

/** What is checked against. */
export interface AdmissionContext {
  readonly identity: Pick<Identity, 'systemKey' | 'systemId' | 'deviceId'>;
  /** Server's clock. */
  readonly now: number;
  readonly counterFloor: number;
}

export type Admission =
  | { readonly verdict: 'admitted'; readonly command: Command }
  /** Signed for this device, but not to be run: the refusal is an end of the command like any other. */
  | { readonly verdict: 'refused'; readonly command: Envelope; readonly code: ErrorCode; readonly message: string }
  /** Not a command of this agent's System for this device; nothing in it is believed. */
  | { readonly verdict: 'rejected'; readonly id?: string; readonly code: ErrorCode; readonly message: string };

/** Decides whether a command may run here and now. Whether it was seen before is the journal's to say. */
export function admitCommand({ doc, sig }: SignedCommand, context: AdmissionContext): Admission {
  try {
    return admit(doc, sig, context);
  } catch (error) {
    if (!isRmmError(error)) throw error;
    const value = parse(doc);
    return {
      verdict: 'rejected',
      ...(isEnvelope(value) && { id: value.id }),
      code: error.code,
      message: error.message,
    };
  }
}

function admit(doc: string, sig: string, { identity, now, counterFloor }: AdmissionContext): Admission {
  if (!isSignedBy(identity.systemKey, signingBytes('command', doc), sig)) {
    throw new RmmError('SIGNATURE_INVALID', 'The command is not signed by this System’s key');
  }
  const envelope = parse(doc);
  if (!isEnvelope(envelope)) throw new RmmError('FRAME_MALFORMED', 'The command does not fit its schema');
  if (envelope.deviceId !== identity.deviceId || envelope.systemId !== identity.systemId) {
    throw new RmmError('COMMAND_MISDIRECTED', 'The command is meant for another device');
  }
  const refuse = (code: ErrorCode, message: string) =>
    ({ verdict: 'refused', command: envelope, code, message }) as const;
  if (envelope.counter <= counterFloor) {
    return refuse('COMMAND_REPLAYED', `Command ${envelope.counter} is not newer than ${counterFloor}`);
  }
  if (envelope.expiresAt <= now) {
    return refuse('COMMAND_EXPIRED', `The command expired at ${new Date(envelope.expiresAt).toISOString()}`);
  }
  if (!isCommand(envelope))
    return refuse('COMMAND_UNSUPPORTED', 'This version of the agent does not know such a command');
  return { verdict: 'admitted', command: envelope };
}

function parse(doc: string): unknown {
  try {
    return JSON.parse(doc);
  } catch {
    return undefined;
  }
}
