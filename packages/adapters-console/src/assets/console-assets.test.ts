import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assetsIn, consoleAssets } from './console-assets.js';

const script = `console.log(${JSON.stringify('x'.repeat(5000))})`;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-console-'));
  mkdirSync(join(folder, 'assets'));
  const page = '<!doctype html><head><meta charset="utf-8" /><title>RMM</title></head><body></body>';
  writeFileSync(join(folder, 'index.html'), page);
  writeFileSync(join(folder, 'assets', 'main-x1.js'), script);
  writeFileSync(join(folder, 'icon.svg'), '<svg/>');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const get = (path: string, headers: Record<string, string> = {}, options = {}, basePath = '') =>
  assetsIn(folder, options).fetch(new Request(`http://x${basePath}${path}`, { headers }), { path, basePath });

test('hashed files are kept for good, others are asked for again', async () => {
  const hashed = await get('/assets/main-x1.js');
  expect(hashed?.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(hashed?.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(hashed?.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await hashed?.text()).toBe(script);
  expect((await get('/icon.svg'))?.headers.get('cache-control')).toBe('no-cache');
});

test.each([
  ['br', (bytes: Buffer) => brotliDecompressSync(bytes)],
  ['gzip', (bytes: Buffer) => gunzipSync(bytes)],
] as const)('files are compressed with %s for those who take it', async (encoding, decode) => {
  const answer = await get('/assets/main-x1.js', { 'accept-encoding': `${encoding}, deflate` });
  expect(answer?.headers.get('content-encoding')).toBe(encoding);
  const bytes = Buffer.from((await answer?.arrayBuffer()) ?? new ArrayBuffer(0));
  expect(bytes.length).toBe(Number(answer?.headers.get('content-length')));
  expect(bytes.length).toBeLessThan(script.length / 10);
  expect(decode(bytes).toString()).toBe(script);
});

test('an encoding refused by q=0 is not used', async () => {
  const answer = await get('/assets/main-x1.js', { 'accept-encoding': 'br;q=0, gzip;q=0.5' });
  expect(answer?.headers.get('content-encoding')).toBe('gzip');
});

test('a client that has the file is told so', async () => {
  const etag = (await get('/icon.svg'))?.headers.get('etag') ?? '';
  const again = await get('/icon.svg', { 'if-none-match': `"other", W/${etag}` });
  expect(again?.status).toBe(304);
  expect(await again?.text()).toBe('');
});

test('every view gets the start page, which knows its base, its API and the product', async () => {
  const page = await get('/devices/d1', {}, { title: 'Desk <b>', signInUrl: 'https://desk.example/in' }, '/rmm');
  const html = await page?.text();
  expect(page?.headers.get('cache-control')).toBe('no-cache');
  expect(html).toContain('<base href="/rmm/" />');
  const [, settings = ''] = /<meta name="rmm-settings" content="([^"]*)"/.exec(html ?? '') ?? [];
  const read = settings.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
  expect(JSON.parse(read)).toEqual({ title: 'Desk <b>', api: '/rmm/api', signInUrl: 'https://desk.example/in' });
  expect(html).toContain('<title>Desk &lt;b&gt;</title>');
});

test('the page’s policy lets nothing run but our own files, and only named sites frame it', async () => {
  const page = await get('/', {}, { api: 'https://api.example/rmm', frameAncestors: ['https://desk.example'] });
  const policy = page?.headers.get('content-security-policy') ?? '';
  expect(policy).not.toMatch(/unsafe|\*/);
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self' https://api.example",
    "frame-ancestors 'self' https://desk.example",
    "require-trusted-types-for 'script'",
  ]) {
    expect(policy.split('; ')).toContain(part);
  }
});

test.each(['/assets/gone.js', '/favicon.ico', '/../package.json', '/assets/../../secret.txt'])(
  'what is no file of the console is left to others: %s',
  async (path) => {
    expect(await get(path)).toBeUndefined();
  },
);

test('below a path of its own it leaves the rest to others', async () => {
  const options = { basePath: '/console' };
  expect(await get('/elsewhere', {}, options)).toBeUndefined();
  expect(await get('/consoles', {}, options)).toBeUndefined();
  expect(await (await get('/console', {}, options))?.text()).toContain('<base href="/console/" />');
  expect((await get('/console/icon.svg', {}, options))?.headers.get('content-type')).toBe('image/svg+xml');
});

test('only reading is answered', async () => {
  expect(await assetsIn(folder).fetch(new Request('http://x/', { method: 'POST' }))).toBeUndefined();
});

test('a malformed path is refused at once', () => {
  expect(() => consoleAssets({ basePath: 'console' })).toThrow('write it as /console');
});
