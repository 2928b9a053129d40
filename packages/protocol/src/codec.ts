import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { AGENT_FRAMES, type AgentFrame } from './frame/agent-frames.js';
import { SERVER_FRAMES, type ServerFrame } from './frame/server-frames.js';
import { LIMITS } from './limits.js';
import { RmmError } from './rmm-error.js';

/**
 * One frame on the wire: a byte that names the kind (with the top bit set when the rest is deflated), then the frame's
 * other fields as JSON; nothing when there are none.
 */
const DEFLATED = 0x80;
/** Below this many bytes deflating does not pay. */
const DEFLATE_FROM = 256;

type FrameTable = Readonly<Record<string, { readonly code: number }>>;

function encode(table: FrameTable, frame: { readonly kind: string }): Uint8Array {
  const { kind, ...body } = frame;
  const entry = table[kind];
  if (!entry) throw new RmmError('FRAME_MALFORMED', `Unknown kind of frame "${kind}"`);
  const json = Object.keys(body).length === 0 ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body));
  if (json.length > LIMITS.inflatedFrameBytes) throw tooLarge(kind, json.length, LIMITS.inflatedFrameBytes);
  const deflated = json.length >= DEFLATE_FROM ? deflateRawSync(json) : undefined;
  const packed = deflated !== undefined && deflated.length < json.length;
  const payload = packed ? deflated : json;
  if (payload.length + 1 > LIMITS.frameBytes) throw tooLarge(kind, payload.length + 1, LIMITS.frameBytes);
  const bytes = new Uint8Array(payload.length + 1);
  bytes[0] = entry.code | (packed ? DEFLATED : 0);
  bytes.set(payload, 1);
  return bytes;
}

function tooLarge(kind: string, size: number, limit: number): RmmError {
  return new RmmError('FRAME_TOO_LARGE', `A ${kind} frame of ${size} bytes exceeds the limit of ${limit} bytes`);
}

function decoder(table: FrameTable): (bytes: Uint8Array) => unknown {
  const kinds = new Map(Object.entries(table).map(([kind, { code }]) => [code, kind]));
  return (bytes) => {
    if (bytes.length > LIMITS.frameBytes) throw tooLarge('received', bytes.length, LIMITS.frameBytes);
    const first = bytes[0];
    const kind = first === undefined ? undefined : kinds.get(first & ~DEFLATED);
    if (first === undefined || kind === undefined) {
      throw new RmmError(
        'FRAME_MALFORMED',
        first === undefined ? 'Empty frame' : `Unknown frame code ${first & ~DEFLATED}`,
      );
    }
    const payload = bytes.subarray(1);
    if (payload.length === 0) return { kind };
    const json =
      first & DEFLATED ? inflate(payload) : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    let body: unknown;
    try {
      body = JSON.parse(json.toString('utf8'));
    } catch {
      throw new RmmError('FRAME_MALFORMED', `The body of a ${kind} frame is not JSON`);
    }
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new RmmError('FRAME_MALFORMED', `The body of a ${kind} frame is not an object`);
    }
    return { ...body, kind };
  };
}

function inflate(payload: Uint8Array): Buffer {
  try {
    return inflateRawSync(payload, { maxOutputLength: LIMITS.inflatedFrameBytes, finishFlush: constants.Z_FINISH });
  } catch (cause) {
    if (cause instanceof RangeError)
      throw tooLarge('received', LIMITS.inflatedFrameBytes + 1, LIMITS.inflatedFrameBytes);
    throw new RmmError('FRAME_MALFORMED', 'The body of a frame cannot be inflated', { cause });
  }
}

const decodeAgent = decoder(AGENT_FRAMES);
const decodeServer = decoder(SERVER_FRAMES);

/** @throws RmmError `FRAME_TOO_LARGE` */
export const encodeAgentFrame = (frame: AgentFrame): Uint8Array => encode(AGENT_FRAMES, frame);
/** @throws RmmError `FRAME_TOO_LARGE` */
export const encodeServerFrame = (frame: ServerFrame): Uint8Array => encode(SERVER_FRAMES, frame);
/** Decodes without checking the schema. @throws RmmError `FRAME_MALFORMED`, `FRAME_TOO_LARGE` */
export const decodeAgentFrame = (bytes: Uint8Array): unknown => decodeAgent(bytes);
/** Decodes without checking the schema. @throws RmmError `FRAME_MALFORMED`, `FRAME_TOO_LARGE` */
export const decodeServerFrame = (bytes: Uint8Array): unknown => decodeServer(bytes);
