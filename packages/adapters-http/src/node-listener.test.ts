import { createServer, type IncomingMessage, request as nodeRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { CORE_CONTRACTS } from '@rmm/core';
import { type OperationContract, systemClock } from '@rmm/core/ports';
import express from 'express';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HttpOptions, httpHandler } from './http-handler.js';
import { nodeListener } from './node-listener.js';
import { type RecordingHost, recordingHost } from './testing/recording-host.js';

const OPERATIONS = new Map<string, OperationContract>([
  ['session.get', CORE_CONTRACTS.session.get],
  ['profiles.create', CORE_CONTRACTS.profiles.create],
  ['events.subscribe', CORE_CONTRACTS.events.subscribe],
]);
const TOKEN = { authorization: 'Bearer good' };
const JSON_BODY = { 'content-type': 'application/json' };

let host: RecordingHost;
const closing: (() => Promise<void>)[] = [];
beforeEach(() => {
  host = recordingHost(OPERATIONS, systemClock);
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(listener: (incoming: IncomingMessage, outgoing: ServerResponse) => unknown): Promise<string> {
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const listener = (options?: HttpOptions) => nodeListener(httpHandler(host, options));

/** Writes bytes to the server and reads until it closes. */
function raw(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8').on('data', (data) => (answer += data));
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}

describe('in node:http', () => {
  test('serves calls and leaves the host’s globals alone', async () => {
    const { Request, Response } = globalThis;
    const url = await serve(listener());
    const response = await fetch(`${url}/api/v1/profiles`, {
      method: 'POST',
      headers: { ...TOKEN, ...JSON_BODY },
      body: '{"name":"Ä"}',
    });
    expect([response.status, await response.json()]).toEqual([200, { name: 'profiles.create' }]);
    expect(host.calls[0]?.input).toEqual({ name: 'Ä' });
    expect(globalThis.Request === Request && globalThis.Response === Response).toBe(true);
  });

  test('junk in place of HTTP or of a host gets an answer, not an exception', async () => {
    const url = await serve(listener());
    expect(await raw(url, 'GET /\\..\\x HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1.1 400 /,
    );
    const spoofed = await raw(url, 'GET /api/v1/session HTTP/1.1\r\nHost: evil@host\r\nConnection: close\r\n\r\n');
    expect(spoofed).toContain('"code":"INVALID_INPUT"');
    expect(host.calls).toEqual([]);
  });

  test('an endless body is cut at the limit', async () => {
    const url = await serve(listener({ maxBodyBytes: 10_000 }));
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const out = nodeRequest(`${url}/api/v1/profiles`, { method: 'POST', headers: { ...TOKEN, ...JSON_BODY } });
      out.on('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      out.on('error', reject);
      const chunk = 'x'.repeat(5000);
      out.write(chunk);
      out.write(chunk);
      out.write(chunk);
    });
    expect(answer).toBe(413);
  });

  test('events arrive as they happen; a client that goes ends the source', async () => {
    let next: (value: unknown) => void = () => {};
    const ended = new Promise<void>((resolve) => {
      host.answer = (_, signal) =>
        (async function* () {
          try {
            for (;;) {
              const message = await new Promise((ready) => {
                next = ready;
                signal?.addEventListener('abort', () => ready(undefined), { once: true });
              });
              if (signal?.aborted) return;
              yield message;
            }
          } finally {
            resolve();
          }
        })();
    });
    const url = await serve(listener());
    const leaving = new AbortController();
    const response = await fetch(`${url}/api/v1/events?names=job.*`, { headers: TOKEN, signal: leaving.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(host.calls[0]?.input).toEqual({ names: ['job.*'] });
    const reader = (response.body ?? expect.fail('no body')).pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe(': welcome\n\n');
    next({ name: 'job.changed' });
    expect((await reader.read()).value).toBe('id: 1\nevent: job.changed\ndata: {"name":"job.changed"}\n\n');
    leaving.abort();
    await ended;
  });

  test('a client that does not read is cut off', async () => {
    let left = () => {};
    const ended = new Promise<void>((resolve) => (left = resolve));
    let sent = 0;
    host.answer = (_, signal) =>
      (async function* () {
        try {
          while (!signal?.aborted) {
            sent++;
            yield { name: 'x', data: 'x'.repeat(100_000) };
            await new Promise((resolve) => setImmediate(resolve));
          }
        } finally {
          left();
        }
      })();
    const url = await serve(listener());
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
      socket.pause();
      socket.write('GET /api/v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n\r\n');
    });
    socket.on('error', () => {});
    await ended;
    // What the two sockets' buffers of the operating system took is gone, too.
    expect(sent * 100_000).toBeLessThan(40_000_000);
    await new Promise<void>((resolve) => {
      socket.on('close', () => resolve());
      socket.resume();
    });
  });

  test('HEAD of a stream opens none', async () => {
    const url = await serve(listener());
    const response = await fetch(`${url}/api/v1/events`, { method: 'HEAD', headers: TOKEN });
    expect([response.status, host.calls]).toEqual([200, []]);
  });
});

describe('in Express', () => {
  test('the mount is found out', async () => {
    const app = express();
    app.use('/desk/rmm', listener());
    const url = await serve(app);
    expect((await fetch(`${url}/desk/rmm/api/v1/session`, { headers: TOKEN })).status).toBe(200);
    const document = (await (await fetch(`${url}/desk/rmm/api/openapi.json`)).json()) as { servers: unknown };
    expect(document.servers).toEqual([{ url: '/desk/rmm/api/v1' }]);
  });

  test('a body parser before the RMM takes nothing away', async () => {
    const app = express();
    app.use(express.json());
    app.use('/rmm', listener());
    const url = await serve(app);
    const init = { method: 'POST', headers: { ...TOKEN, ...JSON_BODY }, body: '{"name":"A"}' };
    expect((await fetch(`${url}/rmm/api/v1/profiles`, init)).status).toBe(200);
    expect(host.calls[0]?.input).toEqual({ name: 'A' });
  });
});

test('a body that someone else has read is a fault of the host, told in the log', async () => {
  const rmm = listener();
  const url = await serve(async (incoming, outgoing) => {
    for await (const _ of incoming);
    await rmm(incoming, outgoing);
  });
  const init = { method: 'POST', headers: { ...TOKEN, ...JSON_BODY }, body: '{"name":"A"}' };
  const response = await fetch(`${url}/api/v1/profiles`, init);
  expect(response.status).toBe(500);
  expect(JSON.stringify(host.logged)).toContain('before body parsers');
  expect(host.calls).toEqual([]);
});
