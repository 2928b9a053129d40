import { deflateRawSync } from 'node:zlib';
import { LIMITS } from '@rmm/protocol';
import { encodeAgentFrame, encodeServerFrame } from '@rmm/protocol/codec';
import { describe, expect, test } from 'vitest';
import { until } from './recorder.js';
import { started } from './sample-frames.js';
import type { Bench } from './transport-bench.js';

const withCode = (code: number, body: Uint8Array | string) => Uint8Array.from([code, ...Buffer.from(body)]);

/** What a broken or hostile agent may send where a frame should be. */
const MALFORMED: Readonly<Record<string, Uint8Array>> = {
  nothing: new Uint8Array(),
  'an unknown code': Uint8Array.of(63),
  'random bytes': Uint8Array.from({ length: 400 }, (_, i) => (i * 7919 + 251) % 256),
  'a frame of the server': encodeServerFrame({ kind: 'nudge' }),
  'half a frame': encodeAgentFrame(started(1)).subarray(0, 8),
  'a list for a body': withCode(6, '[]'),
  'bytes that do not inflate': withCode(6 | 0x80, 'not deflated at all'),
  'a field too many': withCode(6, '{"id":"a","at":1,"extra":1}'),
  'a field too few': withCode(6, '{"id":"a"}'),
  'a field of another type': withCode(6, '{"id":"a","at":"now"}'),
  'a key that names the prototype': withCode(6, '{"id":"a","at":1,"__proto__":{"x":1}}'),
  'a number beyond all bounds': withCode(6, '{"id":"a","at":1e300}'),
};

const TOO_LARGE: Readonly<Record<string, Uint8Array>> = {
  'one byte more than a frame may have': new Uint8Array(LIMITS.frameBytes + 1).fill(6),
  'many times what a frame may have': new Uint8Array(8 * LIMITS.frameBytes).fill(6),
  'a body that inflates beyond the limit': withCode(
    6 | 0x80,
    deflateRawSync(Buffer.alloc(LIMITS.inflatedFrameBytes + 1, ' '), { level: 1 }),
  ),
};

export function hostileSuite(bench: () => Bench): void {
  const refusals = [
    ...Object.entries(MALFORMED).map(([what, bytes]) => ({ what, bytes, code: 'FRAME_MALFORMED' })),
    ...Object.entries(TOO_LARGE).map(([what, bytes]) => ({ what, bytes, code: 'FRAME_TOO_LARGE' })),
  ];
  describe('a hostile agent', () => {
    for (const { what, bytes, code } of refusals) {
      for (const acquainted of [false, true]) {
        test(`that sends ${what} ${acquainted ? 'later' : 'at once'} is told ${code} and put out`, async () => {
          const bystander = await bench().join();
          const { client, server } = await bench().join();
          if (acquainted) {
            client.send(started(0));
            await until('the link is known', () => server.frames.length === 1);
          }
          client.sendBytes(bytes);
          expect(await client.next()).toMatchObject({ kind: 'goodbye', code });
          await client.ended;
          await until('the server notices', () => server.closes > 0);
          expect(server.frames).toEqual(acquainted ? [started(0)] : []);
          expect(server.closes).toBe(1);
          bystander.client.send(started(1));
          await until('the bystander is served', () => bystander.server.frames.length === 1);
          expect(bystander.server.closes).toBe(0);
        });
      }
    }

    test('is not listened to after its first offence', async () => {
      const { client, server } = await bench().join();
      client.send(started(1));
      client.sendBytes(Uint8Array.of(63));
      for (let n = 2; n < 30; n++) client.send(started(n));
      await client.ended;
      await until('the server notices', () => server.closes > 0);
      expect(server.frames).toEqual([started(1)]);
    });
  });
}
