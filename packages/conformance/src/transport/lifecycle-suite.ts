import { describe, expect, test } from 'vitest';
import { aWhile, until } from './recorder.js';
import { started } from './sample-frames.js';
import type { Bench } from './transport-bench.js';

export function lifecycleSuite(bench: () => Bench): void {
  describe('the endpoint', () => {
    test('names at least one address that agents can use', () => {
      const { urls, pin } = bench().transport.endpoint();
      expect(urls.length).toBeGreaterThan(0);
      for (const url of urls) expect(new URL(url).protocol).toMatch(/^wss?:$/);
      if (pin !== undefined) expect(Buffer.from(pin, 'base64url').length).toBe(32);
    });
  });

  describe('the end of a link', () => {
    test('by the server: the agent is told why and when to come again, and nothing more is handed in', async () => {
      const { client, server } = await bench().join();
      server.link.close({ code: 'DEVICE_CLONED', message: 'Two of you', details: { retryAfterMs: 1234 } });
      client.send(started(1));
      expect(server.link.send({ kind: 'nudge' })).toBe(false);
      expect(await client.next()).toEqual({
        kind: 'goodbye',
        code: 'DEVICE_CLONED',
        message: 'Two of you',
        retryAfterMs: 1234,
      });
      await client.ended;
      await until('the server is told', () => server.closes > 0);
      server.link.close({ code: 'INTERNAL', message: 'again' });
      await aWhile();
      expect(server.closes).toBe(1);
      expect(server.frames).toEqual([]);
      expect(server.link.send({ kind: 'nudge' })).toBe(false);
      expect(await client.next()).toBeUndefined();
    });

    for (const how of ['close', 'cut'] as const) {
      test(`by the agent (${how}) is told once, and sending says false`, async () => {
        const { client, server } = await bench().join();
        client.send(started(1));
        await until('the frame is there', () => server.frames.length === 1);
        client[how]();
        await until('the server is told', () => server.closes > 0);
        expect(server.link.send({ kind: 'nudge' })).toBe(false);
        server.link.close({ code: 'INTERNAL', message: 'too late' });
        await aWhile();
        expect(server.closes).toBe(1);
      });
    }

    test('while a frame is being handled is told at once, and what waited is dropped', async () => {
      const { client, server } = await bench().join();
      let done: () => void = () => {};
      server.work = () =>
        new Promise((resolve) => {
          done = resolve;
        });
      for (let n = 0; n < 5; n++) client.send(started(n));
      await until('the first is being handled', () => server.inside === 1);
      client.cut();
      await until('the server is told', () => server.closes === 1);
      done();
      await aWhile();
      expect(server.frames).toEqual([started(0)]);
      expect(server.closes).toBe(1);
    });

    test('by a handler that fails harms only its own link', async () => {
      const failing = await bench().join();
      const bystander = await bench().join();
      failing.server.work = async () => {
        throw new Error('The database is gone');
      };
      failing.client.send(started(1));
      expect(await failing.client.next()).toMatchObject({ kind: 'goodbye', code: 'INTERNAL' });
      await failing.client.ended;
      await until('the server is told', () => failing.server.closes === 1);
      bystander.client.send(started(2));
      await until('the bystander is served', () => bystander.server.frames.length === 1);
    });
  });

  describe('stop', () => {
    test('tells all agents, ends all links once, and lets nobody in', async () => {
      const joined: Awaited<ReturnType<Bench['join']>>[] = [];
      while (joined.length < 5) joined.push(await bench().join());
      await Promise.all([bench().transport.stop(), bench().transport.stop()]);
      for (const { client, server } of joined) {
        expect(await client.next()).toMatchObject({ kind: 'goodbye', code: 'SHUTTING_DOWN' });
        await client.ended;
        expect(server.closes).toBe(1);
      }
      await bench().transport.stop();
      await expect(bench().connect()).rejects.toThrow();
      expect(bench().links.map(({ closes }) => closes)).toEqual([1, 1, 1, 1, 1]);
    });

    test('ends also links whose agent neither reads nor answers', async () => {
      const { client, server } = await bench().join();
      client.pause();
      await bench().transport.stop();
      expect(server.closes).toBe(1);
      client.cut();
    });
  });
}
