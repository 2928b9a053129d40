import { isUtf8 } from 'node:buffer';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AgentFrame } from './frame/agent-frames.js';
import type { ServerFrame } from './frame/server-frames.js';
import { AGENT_WIRE_CODES, SERVER_WIRE_CODES } from './frame/wire-codes.js';
import { LIMITS } from './limits.js';
import { isPlausibleJson } from './plausible-json.js';
import { RmmError } from './rmm-error.js';

/**
 * One frame on the wire: a byte that names the kind (with the top bit set when the rest is deflated), then the frame's
 * other fields as JSON; nothing when there are none.
 */
const DEFLATED = 0x80;
/** Below this many bytes deflating does not pay. */
const DEFLATE_FROM = 256;

type WireCodes = Readonly<Record<string, number>>;

function encode(codes: WireCodes, frame: { readonly kind: string }): Uint8Array {
  const { kind, ...body } = frame;
  const code = Object.hasOwn(codes, kind) ? codes[kind] : undefined;
  if (code === undefined) throw new RmmError('FRAME_MALFORMED', `Unknown kind of frame "${kind}"`);
  const json = Object.keys(body).length === 0 ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body));
  if (json.length > LIMITS.inflatedFrameBytes) throw tooLarge(kind, json.length, LIMITS.inflatedFrameBytes);
  const deflated = json.length >= DEFLATE_FROM ? deflateRawSync(json) : undefined;
  const packed = deflated !== undefined && deflated.length < json.length;
  const payload = packed ? deflated : json;
  if (payload.length + 1 > LIMITS.frameBytes) throw tooLarge(kind, payload.length + 1, LIMITS.frameBytes);
  const bytes = new Uint8Array(payload.length + 1);
  bytes[0] = code | (packed ? DEFLATED : 0);
  bytes.set(payload, 1);
  return bytes;
}

function tooLarge(kind: string, size: number, limit: number): RmmError {
  return new RmmError('FRAME_TOO_LARGE', `A ${kind} frame of ${size} bytes exceeds the limit of ${limit} bytes`);
}

function decoder(codes: WireCodes): (bytes: Uint8Array, inflatedLimit: number) => unknown {
  const kinds = new Map(Object.entries(codes).map(([kind, code]) => [code, kind]));
  return (bytes, inflatedLimit) => {
    if (bytes.length > LIMITS.frameBytes) throw tooLarge('received', bytes.length, LIMITS.frameBytes);
    const first = bytes[0];
    if (first === undefined) throw new RmmError('FRAME_MALFORMED', 'Empty frame');
    const kind = kinds.get(first & ~DEFLATED);
    if (kind === undefined) throw new RmmError('FRAME_MALFORMED', `Unknown frame code ${first & ~DEFLATED}`);
    const payload = bytes.subarray(1);
    if (payload.length === 0) return { kind };
    const json =
      first & DEFLATED
        ? inflate(kind, payload, inflatedLimit)
        : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    if (json.length > inflatedLimit) throw tooLarge(kind, json.length, inflatedLimit);
    // Not a spread: copying every field takes longer than parsing them.
    const body = parseBody(kind, json);
    body.kind = kind;
    return body;
  };
}

function parseBody(kind: string, json: Buffer): Record<string, unknown> {
  let body: unknown;
  try {
    body = isUtf8(json) && isPlausibleJson(json) ? JSON.parse(json.toString('utf8')) : undefined;
  } catch {
    // Answered below: bytes that are no text, or a text that is no JSON, are the same fault.
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body) || 'kind' in body) {
    throw new RmmError('FRAME_MALFORMED', `The body of a ${kind} frame is not a JSON object of its fields`);
  }
  return body as Record<string, unknown>;
}

function inflate(kind: string, payload: Uint8Array, limit: number): Buffer {
  try {
    return inflateRawSync(payload, { maxOutputLength: limit, finishFlush: constants.Z_FINISH });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(kind, limit + 1, limit);
    throw new RmmError('FRAME_MALFORMED', `The body of a ${kind} frame cannot be inflated`, { cause });
  }
}

const decodeAgent = decoder(AGENT_WIRE_CODES);
const decodeServer = decoder(SERVER_WIRE_CODES);

/** @throws RmmError `FRAME_TOO_LARGE` */
export const encodeAgentFrame = (frame: AgentFrame): Uint8Array => encode(AGENT_WIRE_CODES, frame);
/** @throws RmmError `FRAME_TOO_LARGE` */
export const encodeServerFrame = (frame: ServerFrame): Uint8Array => encode(SERVER_WIRE_CODES, frame);
/**
 * Decodes without checking the schema; see `checkAgentFrame`.
 * @param inflatedLimit - refuses a longer JSON, bytes; lower it for peers that are not known yet
 * @throws RmmError `FRAME_MALFORMED`, `FRAME_TOO_LARGE`
 */
export const decodeAgentFrame = (bytes: Uint8Array, inflatedLimit: number = LIMITS.inflatedFrameBytes): unknown =>
  decodeAgent(bytes, inflatedLimit);
/** Decodes without checking the schema. @throws RmmError `FRAME_MALFORMED`, `FRAME_TOO_LARGE` */
export const decodeServerFrame = (bytes: Uint8Array): unknown => decodeServer(bytes, LIMITS.inflatedFrameBytes);
