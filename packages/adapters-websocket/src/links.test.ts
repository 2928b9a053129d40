import { type Logger, silentLogger } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';
import { encodeAgentFrame } from '@rmm/protocol/codec';
import { describe, expect, test, vi } from 'vitest';
import { startTransport } from './testing/bench.js';

const started = (at: number) => ({ kind: 'started', id: 'x', at }) as const;
const goodbye = (code: string) => expect.objectContaining({ kind: 'goodbye', code });

describe('messages', () => {
  test('as text are refused', async () => {
    const { connect, seen } = await startTransport();
    const client = await connect();
    client.socket.send('{"kind":"pull","limit":1}');
    expect(await client.next()).toEqual(goodbye('FRAME_MALFORMED'));
    await client.ended;
    await vi.waitFor(() => expect(seen[0]?.closes).toBe(1));
  });

  test('in a few parts are taken, in very many refused', async () => {
    const { connect, seen } = await startTransport();
    const client = await connect();
    const bytes = encodeAgentFrame(started(1));
    client.socket.send(bytes.subarray(0, 4), { fin: false });
    client.socket.send(bytes.subarray(4), { fin: true });
    await vi.waitFor(() => expect(seen[0]?.frames).toEqual([started(1)]));
    for (let part = 0; part < 100; part++) client.socket.send('x', { fin: false, binary: true });
    expect(await client.next()).toEqual(goodbye('FRAME_MALFORMED'));
    await client.ended;
  });

  test('of a stranger must be small, whether they come whole or only begin', async () => {
    const { connect, seen, transport } = await startTransport();
    const whole = await connect();
    whole.send({ kind: 'output', id: 'x', stream: 'stdout', offset: 0, text: 'x'.repeat(20_000) });
    expect(await whole.next()).toEqual(goodbye('FRAME_TOO_LARGE'));
    const begun = await connect();
    begun.socket.send(Buffer.alloc(200_000), { fin: false });
    expect(await begun.next()).toEqual(goodbye('FRAME_TOO_LARGE'));
    await Promise.all([whole.ended, begun.ended]);
    await vi.waitFor(() => expect(seen.map(({ closes }) => closes)).toEqual([1, 1]));
    expect(transport.stats().refused).toEqual({ FRAME_TOO_LARGE: 2 });
    expect(seen.flatMap(({ frames }) => frames)).toEqual([]);
  });

  test('that flood in after the goodbye are not read to the end', async () => {
    const { connect, seen } = await startTransport();
    const client = await connect();
    client.sendBytes(Uint8Array.of(63));
    for (let n = 0; n < 200_000 && client.socket.readyState === client.socket.OPEN; n++) {
      client.send(started(n));
      if (n % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await client.next()).toEqual(goodbye('FRAME_MALFORMED'));
    await client.ended;
    await vi.waitFor(() => expect(seen[0]?.closes).toBe(1));
    expect(seen[0]?.frames).toEqual([]);
  });
});

describe('silence', () => {
  test('ends a link, once; pings and frames keep others', async () => {
    const { connect, seen, transport } = await startTransport({ silenceMs: 2000 });
    const [silent, pinging, talking] = [await connect(), await connect(), await connect()];
    for (const client of [silent, pinging, talking]) client.send(started(0));
    const signs = setInterval(() => {
      pinging.ping();
      talking.send(started(1));
    }, 50);
    await silent.ended;
    await vi.waitFor(() => expect(seen[0]?.closes).toBe(1));
    const before = seen[1]?.alives ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 2200));
    clearInterval(signs);
    expect(seen.map(({ closes }) => closes)).toEqual([1, 0, 0]);
    expect(seen[1]?.alives).toBeGreaterThan(before);
    expect(transport.stats()).toMatchObject({ links: 2, silent: 1, accepted: 3 });
  });

  test('before the first frame ends a link sooner, pings or not', async () => {
    const { connect, seen } = await startTransport({ helloMs: 200 });
    const client = await connect();
    const signs = setInterval(() => client.ping(), 20);
    expect(await client.next()).toEqual(goodbye('UNAUTHENTICATED'));
    await client.ended;
    clearInterval(signs);
    await vi.waitFor(() => expect(seen[0]?.closes).toBe(1));
  });
});

describe('a flood of pings', () => {
  test('harms nobody else', async () => {
    const { connect, seen } = await startTransport();
    const flooder = await connect();
    const other = await connect();
    for (let n = 0; n < 20_000; n++) flooder.ping();
    other.send(started(1));
    await vi.waitFor(() => expect(seen[1]?.frames).toEqual([started(1)]));
    flooder.cut();
    await vi.waitFor(() => expect(seen[0]?.closes).toBe(1));
  });
});

describe('more links than allowed', () => {
  test('are told to come again; a place that becomes free is given away', async () => {
    const { connect, seen, transport } = await startTransport({ maxLinks: 2 });
    const [first] = [await connect(), await connect()];
    const turnedAway = await Promise.all(Array.from({ length: 3 }, () => connect()));
    const waits = await Promise.all(
      turnedAway.map(async (client) => {
        const last = await client.next();
        expect(last).toEqual(goodbye('RATE_LIMITED'));
        await client.ended;
        return last?.kind === 'goodbye' ? (last.retryAfterMs ?? 0) : 0;
      }),
    );
    for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(60_000);
    expect(transport.stats()).toMatchObject({ links: 2, accepted: 2, refused: { RATE_LIMITED: 3 } });
    first?.close();
    await vi.waitFor(() => expect(transport.stats().links).toBe(1));
    await connect();
    expect(seen.length).toBe(3);
  });
});

describe('a server that fails', () => {
  const failing = async (work: () => Promise<void>) => {
    const lines: string[] = [];
    const logger: Logger = {
      ...silentLogger,
      error: (message, meta) => lines.push(`${message} ${String(meta?.error)}`),
    };
    const bench = await startTransport({ logger }, work);
    const client = await bench.connect();
    client.send(started(1));
    client.send(started(2));
    return { ...bench, client, lines, last: await client.next() };
  };

  test('with a known code passes it on', async () => {
    const { last, seen } = await failing(() =>
      Promise.reject(new RmmError('STORAGE_BUSY', 'Later', { details: { retryAfterMs: 5 } })),
    );
    expect(last).toEqual({ kind: 'goodbye', code: 'STORAGE_BUSY', message: 'Later', retryAfterMs: 5 });
    await vi.waitFor(() => expect(seen[0]?.closes).toBe(1));
    expect(seen[0]?.frames).toEqual([started(1)]);
  });

  test('with anything else keeps it to its log', async () => {
    for (const work of [
      () => Promise.reject(new Error('password of the database')),
      () => {
        throw new Error('password of the database');
      },
    ]) {
      const { last, lines } = await failing(work);
      expect(last).toEqual(goodbye('INTERNAL'));
      expect(JSON.stringify(last)).not.toContain('password');
      expect(lines.join()).toContain('password of the database');
    }
  });
});
