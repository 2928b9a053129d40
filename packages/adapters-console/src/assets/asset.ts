import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  map: 'application/json',
  svg: 'image/svg+xml',
};

/** What compression does not make smaller. */
const MIN_COMPRESSED = 1024;

type Encoding = 'br' | 'gzip';

/** One file as it is served: its bytes, compressed when first asked for. */
export class Asset {
  readonly type: string;
  readonly etag: string;
  readonly #body: Buffer;
  readonly #encoded = new Map<Encoding, Promise<Buffer>>();

  constructor(name: string, body: Buffer) {
    this.type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
    this.#body = body;
    this.etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  }

  /** The file for a request, with the best encoding that the client takes; 304 when the client has it already. */
  async respond(request: Request, headers: Readonly<Record<string, string>>): Promise<Response> {
    const all = { ...headers, 'content-type': this.type, etag: this.etag, vary: 'accept-encoding' };
    const known = request.headers.get('if-none-match')?.split(',') ?? [];
    // Proxies that compress mark the tag as weak; it is the same file.
    if (known.some((tag) => tag.trim().replace(/^W\//, '') === this.etag)) {
      return new Response(null, { status: 304, headers: all });
    }
    const encoding = this.#body.length < MIN_COMPRESSED ? undefined : encodingFor(request);
    const body = encoding ? await this.#encode(encoding) : this.#body;
    return new Response(new Uint8Array(body), {
      headers: { ...all, 'content-length': String(body.length), ...(encoding && { 'content-encoding': encoding }) },
    });
  }

  #encode(encoding: Encoding): Promise<Buffer> {
    let encoded = this.#encoded.get(encoding);
    if (!encoded) {
      encoded =
        encoding === 'br'
          ? brotli(this.#body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
          : deflate(this.#body, { level: 9 });
      this.#encoded.set(encoding, encoded);
    }
    return encoded;
  }
}

function encodingFor(request: Request): Encoding | undefined {
  const accepted = new Set(
    (request.headers.get('accept-encoding') ?? '')
      .toLowerCase()
      .split(',')
      .map((part) => part.trim())
      .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
      .map((part) => part.replace(/;.*$/, '').trim()),
  );
  return accepted.has('br') ? 'br' : accepted.has('gzip') ? 'gzip' : undefined;
}
