import { RmmError, SERVER_FRAMES, type ServerFrame } from '@rmm/protocol';
import { decodeServerFrame } from '@rmm/protocol/codec';
import { Check } from 'typebox/value';

/**
 * Decodes and checks a frame from the server. TypeBox's interpreting checker costs a resident agent 0.5 MB, its compiler
 * 4.6 MB and ajv 10 MB, for a few frames an hour.
 *
 * @throws RmmError `FRAME_MALFORMED`, `FRAME_TOO_LARGE`
 */
export function checkServerFrame(bytes: Uint8Array): ServerFrame {
  const value = decodeServerFrame(bytes);
  if (isServerFrame(value)) return value;
  throw new RmmError('FRAME_MALFORMED', 'The server sent a frame that does not fit its schema');
}

function isServerFrame(value: unknown): value is ServerFrame {
  if (typeof value !== 'object' || value === null || !('kind' in value) || typeof value.kind !== 'string') return false;
  const frames: Readonly<Record<string, (typeof SERVER_FRAMES)[keyof typeof SERVER_FRAMES]>> = SERVER_FRAMES;
  const entry = Object.hasOwn(frames, value.kind) ? frames[value.kind] : undefined;
  return entry !== undefined && Check(entry.schema, value);
}
