import { isRmmError, RmmError } from '@rmm/protocol';
import { describe, expect, test, vi } from 'vitest';
import type { Access } from '../access/access.js';
import type { ThingDef } from '../plugin/thing.js';
import { silentLogger } from '../port/logger.js';
import { EventHub } from './event-hub.js';
import { EventQueue } from './event-queue.js';
import { EventSight } from './event-sight.js';
import { HeardEvents } from './heard-events.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const message = (name: string, text?: string) => ({ name, at: '', data: text === undefined ? {} : { text } });
const queueOf = (abort = new AbortController()) => new EventQueue(abort.signal);

describe('the hub', () => {
  const online = { systemId: 's', deviceId: 'd' };

  test('tells listeners of that event, and those of all', () => {
    const hub = new EventHub(silentLogger);
    const [one, any, other] = [vi.fn(), vi.fn(), vi.fn()];
    const off = hub.on('device.online', one);
    hub.on('device.offline', other);
    const offAny = hub.onAny(any);
    hub.emit('device.online', online);
    off();
    offAny();
    hub.emit('device.online', online);
    expect(one.mock.calls).toEqual([[online]]);
    expect(any.mock.calls).toEqual([['device.online', online]]);
    expect(other).not.toHaveBeenCalled();
  });

  test('shields listeners from the faults of others, thrown or rejected', async () => {
    const error = vi.fn();
    const hub = new EventHub({ ...silentLogger, error });
    const last = vi.fn();
    hub.on('device.online', () => {
      throw new Error('thrown');
    });
    hub.on('device.online', async () => Promise.reject(new Error('rejected')));
    hub.onAny(() => {
      throw new Error('any');
    });
    hub.on('device.online', last);
    hub.emit('device.online', online);
    await turn();
    expect(last).toHaveBeenCalledTimes(1);
    expect(error.mock.calls.map(([, meta]) => meta.error).sort()).toEqual([
      'Error: any',
      'Error: rejected',
      'Error: thrown',
    ]);
  });

  test('gives nobody what another could have changed, nor what the teller changes afterwards', () => {
    const hub = new EventHub(silentLogger);
    const payload = { systemId: 's', deviceId: 'd', changedSections: ['network'] };
    const told: unknown[] = [];
    hub.on('device.audited', (given) => {
      given.systemId = 'another';
    });
    hub.on('device.audited', ({ changedSections }) => (changedSections as string[]).push('mine'));
    hub.on('device.audited', (given) => told.push(given));
    hub.onAny((_, given) => told.push(given));
    hub.emit('device.audited', payload);
    payload.changedSections.push('later');
    const as = { systemId: 's', deviceId: 'd', changedSections: ['network'] };
    expect(told).toEqual([as, as]);
  });

  test('a listener may end itself or others while it is told', () => {
    const hub = new EventHub(silentLogger);
    const heard: string[] = [];
    const offs = ['a', 'b', 'c'].map((name) =>
      hub.onAny(() => {
        heard.push(name);
        for (const off of offs) off();
      }),
    );
    hub.emit('device.online', online);
    hub.emit('device.online', online);
    expect(heard).toEqual(['a']);
  });
});

describe('what an event names', () => {
  const thing = (kind: string): ThingDef => ({ kind, label: kind, visible: async () => [] });
  const sight = new EventSight([thing('devices'), thing('profiles'), thing('jobs')]);
  const nothing = { visibility: { device: () => false, profile: () => false } } as unknown as Access;

  test('goes with its device only if there is one', () => {
    expect(sight.storedIn({ deviceId: 'd', jobId: 'j' })).toEqual([]);
    for (const deviceId of [null, undefined]) {
      expect(sight.storedIn({ deviceId, jobId: 'j' })).toMatchObject([{ id: 'j' }]);
      expect(sight.showsPlaces(nothing, { deviceId, profileId: 'p' })).toBe(false);
    }
  });
});

describe('a queue', () => {
  test('keeps the order, whether the reader waits or comes later', async () => {
    const queue = queueOf();
    const first = queue.next();
    queue.push(message('a'));
    queue.push(message('b'));
    expect((await first).value).toEqual(message('a'));
    expect((await queue.next()).value).toEqual(message('b'));
  });

  test('serves several readers at a time', async () => {
    const queue = queueOf();
    const reads = [queue.next(), queue.next(), queue.next()];
    for (const name of ['a', 'b']) queue.push(message(name));
    await turn();
    await queue.return();
    const results = await Promise.all(reads);
    expect(results.map(({ value }) => value?.name)).toEqual(['a', 'b', undefined]);
  });

  test('cuts off a reader that is too far behind, after what it had', async () => {
    const queue = queueOf();
    const closed = vi.fn();
    queue.onClose(closed);
    for (let at = 0; at <= 10_000; at++) queue.push(message(`e${at}`));
    expect(closed).toHaveBeenCalledTimes(1);
    queue.push(message('late'));
    let read = 0;
    const fault = await (async () => {
      for await (const _ of queue) read += 1;
    })().catch((error: unknown) => error);
    expect(read).toBe(10_000);
    expect(isRmmError(fault, 'RATE_LIMITED')).toBe(true);
  });

  test.each(['text', 'log'])('counts long texts too, as %s: a script that floods fills no memory', async (field) => {
    const queue = queueOf();
    const text = 'x'.repeat(1024 * 1024);
    for (let at = 0; at < 9; at++) queue.push({ name: 'x', at: '', data: { [field]: text } });
    let read = 0;
    await expect(
      (async () => {
        for await (const _ of queue) read += 1;
      })(),
    ).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(read).toBe(8);
  });

  test('ends with its signal, for a reader that waits as for one that comes later', async () => {
    const abort = new AbortController();
    const queue = queueOf(abort);
    const closed = vi.fn();
    queue.onClose(closed);
    const waiting = queue.next();
    abort.abort();
    expect((await waiting).done).toBe(true);
    expect((await queue.next()).done).toBe(true);
    expect(closed).toHaveBeenCalledTimes(1);
    const late = queueOf(abort);
    late.onClose(closed);
    expect(closed).toHaveBeenCalledTimes(2);
    expect((await late.next()).done).toBe(true);
  });

  test('leaves nothing behind on a signal that outlives it', async () => {
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    const queue = new EventQueue(signal);
    await queue.return();
    expect(remove).toHaveBeenCalledWith('abort', expect.any(Function));
  });
});

describe('what is heard of a queue', () => {
  test('is what is allowed, asked anew for each event that waited', async () => {
    const queue = queueOf();
    const allowed = new Set(['a']);
    const heard = new HeardEvents(queue, async ({ name }) => allowed.has(name));
    for (const name of ['a', 'b', 'c', 'a']) queue.push(message(name));
    expect((await heard.next()).value?.name).toBe('a');
    allowed.add('c');
    expect((await heard.next()).value?.name).toBe('c');
    allowed.delete('a');
    const pending = heard.next();
    await turn();
    await heard.return();
    expect((await pending).done).toBe(true);
  });

  test('ends for good when the listener may hear nothing any more', async () => {
    const queue = queueOf();
    const closed = vi.fn();
    queue.onClose(closed);
    const heard = new HeardEvents(queue, async () => Promise.reject(new RmmError('UNAUTHENTICATED', 'x')));
    queue.push(message('a'));
    queue.push(message('a'));
    await expect(heard.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(closed).toHaveBeenCalledTimes(1);
    expect((await heard.next()).done).toBe(true);
  });
});
