import { describe, expect, test } from 'vitest';
import { aWhile, until } from './recorder.js';
import { BULKY_BYTES, bulkyBytes, bulkyCommand, started } from './sample-frames.js';
import type { Bench } from './transport-bench.js';

/** Far more than the buffers of both kernels take. */
const FRAMES = 250;

export function pressureSuite(bench: () => Bench): void {
  describe('pressure', () => {
    test('a busy server stops to read; all arrives once it is free', async () => {
      const { client, server } = await bench().join();
      client.send(started(0));
      await until('the link is known', () => server.frames.length === 1);
      let free: () => void = () => {};
      const freed = new Promise<void>((resolve) => {
        free = resolve;
      });
      server.work = () => freed;
      for (let n = 0; n < FRAMES; n++) client.sendBytes(bulkyBytes(n));
      await until('the first of them is there', () => server.inside === 1);
      await aWhile();
      await aWhile();
      // Besides what lies in the buffers of both kernels, nothing has moved.
      expect(client.unsent()).toBeGreaterThan((FRAMES * BULKY_BYTES) / 4);
      expect(server.frames.length).toBe(2);
      free();
      await until('all is there', () => server.frames.length === FRAMES + 1);
      expect(server.frames.slice(1).map((frame) => 'id' in frame && frame.id)).toEqual(
        Array.from({ length: FRAMES }, (_, n) => String(n)),
      );
    });

    test('an agent that does not read makes send say false; what was taken arrives in order', async () => {
      const { client, server } = await bench().join();
      client.pause();
      const taken: string[] = [];
      let refused = 0;
      for (let n = 0; n < 4 * FRAMES && refused < 10; n++) {
        if (server.link.send(bulkyCommand(n))) taken.push(String(n));
        else refused += 1;
        if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      expect(refused).toBe(10);
      client.resume();
      for (const sig of taken) expect(await client.next()).toMatchObject({ items: [{ sig }] });
      await until('there is room again', () => server.link.send({ kind: 'nudge' }));
      expect(await client.next()).toEqual({ kind: 'nudge' });
    });
  });
}
