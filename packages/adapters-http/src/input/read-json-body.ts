import { RmmError } from '@rmm/protocol';
import { invalidInput } from './invalid-input.js';
import { parseJson } from './parse-json.js';

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

/**
 * The object in a request's body; an absent body is an empty object.
 * @throws RmmError `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE`, `INVALID_INPUT`.
 */
export async function readJsonBody(request: Request, maxBytes: number): Promise<object> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  const type = request.headers.get('content-type');
  if (type !== null && !JSON_TYPE.test(type)) throw unsupported(`"${type}"`);
  const bytes = await readBytes(request, maxBytes);
  if (bytes.length === 0) return {};
  if (type === null) throw unsupported('missing');
  const body = parseJson(decodeUtf8(bytes), '');
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidInput('', 'The body must be a JSON object.');
  }
  return body;
}

async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidInput('', 'The body is not valid UTF-8.');
  }
}

const tooLarge = (maxBytes: number) =>
  new RmmError('PAYLOAD_TOO_LARGE', `The request body exceeds the limit of ${maxBytes} bytes.`, {
    details: { maxBytes },
  });
const unsupported = (got: string) =>
  new RmmError('UNSUPPORTED_MEDIA_TYPE', `Send the body as application/json in UTF-8; the content type is ${got}.`);
