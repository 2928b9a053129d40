import { describe, expect, test } from 'vitest';
import { aWhile, until } from './recorder.js';
import { AGENT_SAMPLES, SERVER_SAMPLES, started } from './sample-frames.js';
import type { Bench } from './transport-bench.js';

export function framesSuite(bench: () => Bench): void {
  describe('frames', () => {
    test('of every kind reach the server as they were sent, in order', async () => {
      const { client, server } = await bench().join();
      for (const frame of AGENT_SAMPLES) client.send(frame);
      await until('all frames are there', () => server.frames.length === AGENT_SAMPLES.length);
      expect(server.frames).toEqual(AGENT_SAMPLES);
    });

    test('of every kind reach the agent as they were sent, in order', async () => {
      const { client, server } = await bench().join();
      for (const frame of SERVER_SAMPLES) expect(server.link.send(frame)).toBe(true);
      for (const frame of SERVER_SAMPLES) expect(await client.next()).toEqual(frame);
    });

    test('keep their order in a long row', async () => {
      const { client, server } = await bench().join();
      const row = Array.from({ length: 2000 }, (_, n) => started(n));
      for (const frame of row) client.send(frame);
      await until('the row is there', () => server.frames.length === row.length);
      expect(server.frames).toEqual(row);
    });

    test('are handed in one at a time: the next one only when the last is done', async () => {
      const { client, server } = await bench().join();
      server.work = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
      for (let n = 0; n < 50; n++) client.send(started(n));
      await until('all are there', () => server.frames.length === 50 && server.inside === 0);
      expect(server.mostInside).toBe(1);
      expect(server.frames).toEqual(Array.from({ length: 50 }, (_, n) => started(n)));
    });

    test('of one link do not wait for those of another', async () => {
      const slow = await bench().join();
      const quick = await bench().join();
      slow.server.work = () => new Promise(() => {});
      slow.client.send(started(1));
      slow.client.send(started(2));
      await until('the slow one is busy', () => slow.server.inside === 1);
      quick.client.send(started(3));
      await until('the quick one is served', () => quick.server.frames.length === 1);
      expect(slow.server.frames).toEqual([started(1)]);
      expect(quick.server.frames).toEqual([started(3)]);
    });

    test('reach only the link they were sent on', async () => {
      const one = await bench().join();
      const two = await bench().join();
      expect(one.server.link.id).not.toBe(two.server.link.id);
      expect(one.server.link.remoteAddress).not.toBe('');
      one.server.link.send({ kind: 'settled', ids: ['one'] });
      two.server.link.send({ kind: 'settled', ids: ['two'] });
      expect(await one.client.next()).toEqual({ kind: 'settled', ids: ['one'] });
      expect(await two.client.next()).toEqual({ kind: 'settled', ids: ['two'] });
    });
  });

  describe('a ping', () => {
    test('is a sign of life and no frame', async () => {
      const { client, server } = await bench().join();
      client.ping();
      await until('the ping is noticed', () => server.alives > 0);
      client.send(started(1));
      await until('the frame is there', () => server.frames.length === 1);
      await aWhile();
      expect(server.frames).toEqual([started(1)]);
    });
  });
}
