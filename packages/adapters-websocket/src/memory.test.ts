import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { startTransport } from './testing/bench.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('nothing keeps a link that has gone', async () => {
  const { connect, seen, transport } = await startTransport();
  const clients = await Promise.all(Array.from({ length: 30 }, () => connect()));
  for (const [n, client] of clients.entries()) {
    client.send({ kind: 'started', id: 'x', at: n });
    if (n % 3 === 0) client.ping();
  }
  await vi.waitFor(() => expect(transport.stats().frames).toBe(30));
  for (const [n, client] of clients.entries()) {
    if (n % 3 === 0) client.cut();
    else if (n % 3 === 1) client.close();
    else client.sendBytes(Uint8Array.of(63));
  }
  await Promise.all(clients.map(({ ended }) => ended));
  await vi.waitFor(() => expect(transport.stats().links).toBe(0));
  const links = seen.splice(0).map(({ link }) => new WeakRef(link));
  expect(links.length).toBe(30);
  await vi.waitFor(() => {
    collectGarbage();
    expect(links.filter((link) => link.deref() !== undefined).length).toBe(0);
  });
});
