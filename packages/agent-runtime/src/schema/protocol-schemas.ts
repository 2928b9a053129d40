import type { Command, CommandBody, ServerFrame, ServerFrameKind } from '@rmm/protocol';
import { fitsSchema, type JsonSchema } from './fits-schema.js';
// What the protocol's own schemas are as JSON; a test compares them.
import schemas from './protocol-schemas.json' with { type: 'json' };

const SERVER_FRAMES: Readonly<Record<ServerFrameKind, JsonSchema>> = schemas.serverFrames;
const COMMAND: JsonSchema = schemas.command;

export function isServerFrame(value: unknown): value is ServerFrame {
  if (typeof value !== 'object' || value === null || !('kind' in value) || typeof value.kind !== 'string') return false;
  return isKind(value.kind) && fitsSchema(SERVER_FRAMES[value.kind], value);
}

export function isCommand(value: unknown): value is Command {
  return fitsSchema(COMMAND, value);
}

export function isCommandBody(value: unknown): value is CommandBody {
  return fitsSchema(COMMAND.properties?.body ?? {}, value);
}

/** A command without what it asks for, which a newer server may have extended. */
export type Envelope = Omit<Command, 'v' | 'body'>;

export function isEnvelope(value: unknown): value is Envelope {
  const { body: _body, v: _v, ...properties } = COMMAND.properties ?? {};
  return fitsSchema({ type: 'object', required: Object.keys(properties), properties }, value);
}

function isKind(kind: string): kind is ServerFrameKind {
  return Object.hasOwn(SERVER_FRAMES, kind);
}
