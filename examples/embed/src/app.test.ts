import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import type { Rmm } from '@rmm/core';
import type { Express } from 'express';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { inFastify, inHono, inNodeHttp } from './other-hosts.js';

const KEY = { authorization: 'Bearer key-of-ann' };
let dir: string;
let rmm: Rmm;
let express: Express;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rmm-embed-'));
  vi.stubEnv('HELPDESK_DIR', dir);
  vi.stubEnv('HELPDESK_AGENT_PORT', '0');
  vi.stubEnv('HELPDESK_MASTER_KEY', randomBytes(32).toString('base64'));
  const helpdesk = await import('./helpdesk.js');
  express = helpdesk.app;
  rmm = (await import('./app.js')).rmm;
  const system = await rmm.as({ kind: 'host', name: 'Helpdesk' }).systems.create({ name: 'Example Ltd' });
  helpdesk.sessions.set('key-of-ann', { kind: 'host', systemId: system.id, name: 'Helpdesk' });
});
afterAll(async () => {
  await rmm?.stop();
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true, force: true });
});

test('the host needs at most 15 lines', async () => {
  const lines = (await readFile(new URL('./app.ts', import.meta.url), 'utf8'))
    .split('\n')
    .filter((line) => line.trim());
  expect(lines.length).toBeLessThanOrEqual(15);
});

/** How each host gets a server. The last replaces the global Request and Response, as Hono's server does. */
const HOSTS: readonly (readonly [string, () => Server | Promise<Server>])[] = [
  ['Express', () => createServer(express)],
  ['node:http', () => inNodeHttp(rmm)],
  [
    'Fastify',
    async () => {
      const app = inFastify(rmm);
      await app.ready();
      return app.server;
    },
  ],
  ['Hono', () => createAdaptorServer({ fetch: inHono(rmm).fetch }) as Server],
];

describe.each(HOSTS)('in %s', (name, open) => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = await open();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('the API describes itself where it is mounted', async () => {
    const response = await fetch(`${url}/rmm/api/openapi.json`);
    const document = (await response.json()) as { openapi: string; servers: unknown; paths: Record<string, unknown> };
    expect(document).toMatchObject({ openapi: '3.1.1', servers: [{ url: '/rmm/api/v1' }] });
    expect(Object.keys(document.paths)).toContain('/devices/{deviceId}');
  });

  test('strangers are refused, the helpdesk’s own users are not', async () => {
    const refused = await fetch(`${url}/rmm/api/v1/profiles`);
    expect([refused.status, await refused.json()]).toMatchObject([401, { error: { code: 'UNAUTHENTICATED' } }]);
    const created = await fetch(`${url}/rmm/api/v1/profiles`, {
      method: 'POST',
      headers: { ...KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ name: `Office of ${name} – Köln` }),
    });
    expect([created.status, await created.json()]).toMatchObject([200, { name: `Office of ${name} – Köln` }]);
    const listed = await fetch(`${url}/rmm/api/v1/profiles?search=${encodeURIComponent(`of ${name}`)}`, {
      headers: KEY,
    });
    expect(await listed.json()).toMatchObject({ items: [{ name: `Office of ${name} – Köln` }] });
    const wrong = await fetch(`${url}/rmm/api/v1/profiles?colour=red`, { headers: KEY });
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: { code: 'INVALID_INPUT' } }]);
  });

  test('what happens is told as it happens', async () => {
    const leaving = new AbortController();
    const response = await fetch(`${url}/rmm/api/v1/events?names=profile.*`, { headers: KEY, signal: leaving.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = (response.body ?? expect.fail('no body')).pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (part: string) => {
      while (!text.includes(part)) {
        const { done, value } = await reader.read();
        if (done) expect.fail(`the stream ended without "${part}"`);
        text += value;
      }
    };
    await until('\n\n');
    await fetch(`${url}/rmm/api/v1/profiles`, {
      method: 'POST',
      headers: { ...KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ name: `Heard in ${name}` }),
    });
    await until('"change":"created"');
    expect(text).toContain('id: 1\nevent: profile.changed\ndata: {');
    leaving.abort();
  });

  test('unknown paths and methods below the mount are the RMM’s, the rest stays the host’s', async () => {
    expect((await fetch(`${url}/rmm/api/v1/nothing`, { headers: KEY })).status).toBe(404);
    const wrong = await fetch(`${url}/rmm/api/v1/profiles`, { method: 'DELETE', headers: KEY });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST, HEAD, OPTIONS']);
    expect(await (await fetch(`${url}/`)).json()).toEqual({ product: 'Helpdesk' });
  });
});
