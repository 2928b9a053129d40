/** On every answer of the API: never stored, never sniffed, never framed, never a page of its own. */
const API_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
} as const;

export interface ReplyOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of the API with the headers that all of them carry. */
export function reply(body: BodyInit | null, { status = 200, headers }: ReplyOptions = {}): Response {
  return new Response(body, { status, headers: { ...API_HEADERS, ...headers } });
}

export function replyJson(value: unknown, { status = 200, headers }: ReplyOptions = {}): Response {
  return reply(JSON.stringify(value), { status, headers: { 'content-type': 'application/json', ...headers } });
}
