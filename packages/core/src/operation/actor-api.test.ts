import { describe, expect, test, vi } from 'vitest';
import { actorApi } from './actor-api.js';

type Api = Record<string, Record<string, (input?: unknown, options?: { signal?: AbortSignal }) => unknown>>;

function apiOf(
  operations: { name: string; kind: string }[],
  call: ConstructorParameters<ReturnType<typeof actorApi>>[0],
) {
  const Class = actorApi(operations);
  return new Class(call) as Api;
}

/** A stream that says how it is used. */
function source(items: readonly string[], seen: string[]) {
  let at = 0;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () =>
      at < items.length ? Promise.resolve({ done: false, value: items[at++] }) : new Promise<never>(() => undefined),
    return: async () => {
      seen.push('returned');
      return { done: true, value: undefined };
    },
  };
}

describe('the Api of an actor', () => {
  test('passes a call on under its whole name', async () => {
    const call = vi.fn(async () => 'output');
    const api = apiOf([{ name: 'things.get', kind: 'query' }], call);
    const options = { signal: new AbortController().signal };
    expect(await api.things?.get?.({ id: 1 }, options)).toBe('output');
    expect(call).toHaveBeenCalledWith('things.get', { id: 1 }, options);
  });

  test('leaves room for any name: features and verbs called call, feature, name or length', async () => {
    const names = ['call.call', 'call.feature', 'feature.call', 'feature.name', 'things.length', 'name.apply'];
    const api = apiOf(
      names.map((name) => ({ name, kind: 'query' })),
      async (name) => name,
    );
    for (const name of names) {
      const [feature = '', verb = ''] = name.split('.');
      expect(await api[feature]?.[verb]?.()).toBe(name);
    }
  });

  test('a method can be taken off its feature only with it, as any other method', () => {
    const api = apiOf([{ name: 'things.get', kind: 'query' }], async () => 1);
    expect(Object.keys(api)).toEqual([]);
    expect('things' in api && 'get' in (api.things ?? {})).toBe(true);
  });

  test('opens a stream when its first output is asked for, and not before', async () => {
    const call = vi.fn(async () => source(['a', 'b'], []));
    const stream = apiOf([{ name: 'events.subscribe', kind: 'stream' }], call).events?.subscribe?.({
      x: 1,
    }) as AsyncIterable<string>;
    expect(call).not.toHaveBeenCalled();
    const heard: string[] = [];
    for await (const item of stream) if (heard.push(item) === 2) break;
    expect(heard).toEqual(['a', 'b']);
    expect(call).toHaveBeenCalledTimes(1);
  });

  test('a stream that nobody reads fails nobody', async () => {
    const call = vi.fn(async () => Promise.reject(new Error('refused')));
    apiOf([{ name: 'events.subscribe', kind: 'stream' }], call).events?.subscribe?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(call).not.toHaveBeenCalled();
  });

  test('leaving a stream ends it at once, also while the next output is awaited', async () => {
    const seen: string[] = [];
    let given: AbortSignal | undefined;
    const api = apiOf([{ name: 'events.subscribe', kind: 'stream' }], async (_name, _input, options) => {
      given = options?.signal;
      return source([], seen);
    });
    const stream = api.events?.subscribe?.() as AsyncIterableIterator<string>;
    void stream.next();
    await new Promise((resolve) => setImmediate(resolve));
    await stream.return?.();
    expect(seen).toEqual(['returned']);
    expect(given?.aborted).toBe(true);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test("a stream's opening fails where it is read", async () => {
    const api = apiOf([{ name: 'events.subscribe', kind: 'stream' }], async () => Promise.reject(new Error('refused')));
    const stream = api.events?.subscribe?.() as AsyncIterableIterator<string>;
    await expect(stream.next()).rejects.toThrow('refused');
    await stream.return?.();
  });

  test("the caller's own signal reaches the stream", async () => {
    let given: AbortSignal | undefined;
    const api = apiOf([{ name: 'events.subscribe', kind: 'stream' }], async (_name, _input, options) => {
      given = options?.signal;
      return source(['a'], []);
    });
    const abort = new AbortController();
    const stream = api.events?.subscribe?.({}, { signal: abort.signal }) as AsyncIterableIterator<string>;
    await stream.next();
    expect(given?.aborted).toBe(false);
    abort.abort();
    expect(given?.aborted).toBe(true);
  });
});
