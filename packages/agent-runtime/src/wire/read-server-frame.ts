import { RmmError, type ServerFrame } from '@rmm/protocol';
import { decodeServerFrame } from '@rmm/protocol/codec';
import { isServerFrame } from '../schema/protocol-schemas.js';

/** Decodes and checks a frame from the server. @throws RmmError `FRAME_MALFORMED`, `FRAME_TOO_LARGE` */
export function readServerFrame(bytes: Uint8Array): ServerFrame {
  const value = decodeServerFrame(bytes);
  if (isServerFrame(value)) return value;
  throw new RmmError('FRAME_MALFORMED', 'The server sent a frame that does not fit its schema');
}
