import { afterEach, describe, expect, test } from 'vitest';
import { manualClock } from '../testing/recording-host.js';
import { eventStream, HEARTBEAT_MS, MAX_UNSENT_BYTES } from './event-stream.js';

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const over = { current: new AbortController() };
afterEach(() => over.current.abort());

/** A source that is fed by hand and knows whether it was left. */
function feed() {
  const waiting: unknown[] = [];
  let wake = () => {};
  let left = false;
  let fault: unknown;
  const source = {
    async *[Symbol.asyncIterator]() {
      const { signal } = over.current;
      signal.addEventListener('abort', () => wake());
      try {
        while (!signal.aborted) {
          if (fault) throw fault;
          if (waiting.length > 0) yield waiting.shift();
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        left = true;
      }
    },
  };
  return {
    source,
    push: (value: unknown) => {
      waiting.push(value);
      wake();
    },
    fail: (error: unknown) => {
      fault = error;
      wake();
    },
    left: () => left,
  };
}

function start(
  source: AsyncIterable<unknown>,
  options: { allowed?: () => boolean; clock?: ReturnType<typeof manualClock> } = {},
) {
  over.current = new AbortController();
  let dropped = 0;
  const stream = eventStream(source, over.current, {
    clock: options.clock ?? manualClock(),
    stillAllowed: async () => options.allowed?.() ?? true,
    dropped: () => void dropped++,
    failed: () => ({ error: { code: 'INTERNAL' } }),
  });
  const reader = stream.getReader();
  const read = async () => {
    const { done, value } = await reader.read();
    return done ? undefined : new TextDecoder().decode(value);
  };
  return { reader, read, dropped: () => dropped };
}

describe('an event stream', () => {
  test('writes messages as events with rising ids', async () => {
    const { source, push } = feed();
    const { read } = start(source);
    expect(await read()).toBe(': welcome\n\n');
    push({ name: 'job.changed', data: { text: 'a\nb' } });
    push({ name: 'bad\nname' });
    push('plain');
    expect(await read()).toBe('id: 1\nevent: job.changed\ndata: {"name":"job.changed","data":{"text":"a\\nb"}}\n\n');
    expect(await read()).toBe('id: 2\nevent: message\ndata: {"name":"bad\\nname"}\n\n');
    expect(await read()).toBe('id: 3\nevent: message\ndata: "plain"\n\n');
  });

  test('writes a message that cannot change any more once for all who listen, any other for each', async () => {
    let written = 0;
    const counted = (data: object) => {
      // As JSON it counts how often it is asked for, whatever it is held by.
      const toJSON = () => {
        written += 1;
        return 'x';
      };
      return { name: 'job.changed', data: Object.freeze(Object.assign(Object.create({ toJSON }), data)) };
    };
    const message = Object.freeze(counted({ jobId: 'j' }));
    const loose = Object.freeze(counted({ list: [] }));
    const streams = Array.from({ length: 20 }, () =>
      start(
        (async function* () {
          yield message;
          yield loose;
        })(),
      ),
    );
    const texts = await Promise.all(streams.map(async ({ read }) => [await read(), await read(), await read()]));
    const data = 'event: job.changed\ndata: {"name":"job.changed","data":"x"}\n\n';
    for (const text of texts) expect(text).toEqual([': welcome\n\n', `id: 1\n${data}`, `id: 2\n${data}`]);
    expect(written).toBe(1 + 20);
  });

  test('that is over sends nothing of what was on its way, and drops nobody for it', async () => {
    let give = (_: IteratorResult<unknown>) => {};
    const next = () => new Promise<IteratorResult<unknown>>((resolve) => (give = resolve));
    const { read, dropped } = start({ [Symbol.asyncIterator]: () => ({ next }) });
    await read();
    over.current.abort();
    give({ done: false, value: 'late' });
    await settle();
    expect([await read(), dropped()]).toEqual([undefined, 0]);
  });

  test('beats while nothing happens, and no longer once it is over', async () => {
    const clock = manualClock();
    const { source, left } = feed();
    const { read } = start(source, { clock });
    await read();
    for (let beat = 0; beat < 3; beat++) {
      clock.advance(HEARTBEAT_MS);
      expect(await read()).toBe(': still here\n\n');
    }
    over.current.abort();
    expect(await read()).toBeUndefined();
    clock.advance(HEARTBEAT_MS);
    await settle();
    expect(left()).toBe(true);
  });

  test('ends at the next beat when the session is over', async () => {
    const clock = manualClock();
    let allowed = true;
    const { source, left } = feed();
    const { read } = start(source, { clock, allowed: () => allowed });
    await read();
    allowed = false;
    clock.advance(HEARTBEAT_MS);
    expect(await read()).toBeUndefined();
    await settle();
    expect(left()).toBe(true);
  });

  test('leaves the source when the client goes', async () => {
    const { source, left } = feed();
    const { reader, read } = start(source);
    await read();
    await reader.cancel();
    await settle();
    expect([left(), over.current.signal.aborted]).toEqual([true, true]);
  });

  test('ends when the source ends, and tells when it fails', async () => {
    const finished = start(
      (async function* () {
        yield 1;
      })(),
    );
    expect([await finished.read(), await finished.read(), await finished.read()]).toEqual([
      ': welcome\n\n',
      'id: 1\nevent: message\ndata: 1\n\n',
      undefined,
    ]);
    const { source, fail } = feed();
    const { read } = start(source);
    await read();
    fail(new Error('x'));
    expect(await read()).toBe('event: error\ndata: {"error":{"code":"INTERNAL"}}\n\n');
    expect(await read()).toBeUndefined();
  });

  test('drops a client that does not read, with what is unsent bounded', async () => {
    const { source, push, left } = feed();
    const { read, dropped } = start(source);
    const text = 'x'.repeat(64 * 1024);
    for (let count = 0; count < 100; count++) {
      push(text);
      await settle();
    }
    expect([dropped(), left(), over.current.signal.aborted]).toEqual([1, true, true]);
    let bytes = 0;
    for (let chunk = await read(); chunk !== undefined; chunk = await read()) bytes += chunk.length;
    expect(bytes).toBeGreaterThan(MAX_UNSENT_BYTES - 70_000);
    expect(bytes).toBeLessThanOrEqual(MAX_UNSENT_BYTES);
  });

  test('a client that is gone before the start costs nothing', async () => {
    const { source } = feed();
    over.current = new AbortController();
    over.current.abort();
    const stream = eventStream(source, over.current, {
      clock: manualClock(),
      stillAllowed: async () => true,
      dropped: () => {},
      failed: () => ({}),
    });
    expect(await stream.getReader().read()).toEqual({ done: true, value: undefined });
  });
});
