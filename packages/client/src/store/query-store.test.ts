import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { QueryStore } from './query-store.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const timing = { debounceMs: 100, restMs: 200 };

interface Call {
  readonly signal: AbortSignal;
  readonly resolve: (value: number) => void;
  readonly reject: (error: unknown) => void;
}

function setUp() {
  const calls: Call[] = [];
  const store = new QueryStore<number>(
    (signal) => new Promise((resolve, reject) => calls.push({ signal, resolve, reject })),
    timing,
  );
  const settle = (index: number, value: number) => {
    calls[index]?.resolve(value);
    return vi.advanceTimersByTimeAsync(0);
  };
  return { store, calls, settle };
}

test('fetches once for any number of listeners, and tells them', async () => {
  const { store, calls, settle } = setUp();
  const listener = vi.fn();
  store.subscribe(listener);
  store.subscribe(listener);
  expect(calls).toHaveLength(1);
  expect(store.getSnapshot()).toMatchObject({ data: undefined, fetching: true });
  await settle(0, 7);
  expect(store.getSnapshot()).toEqual({ data: 7, error: undefined, fetching: false });
  expect(listener).toHaveBeenCalledTimes(2);
});

test('many events lead to one fetch', async () => {
  const { store, calls, settle } = setUp();
  store.subscribe(() => {});
  await settle(0, 1);
  await vi.advanceTimersByTimeAsync(timing.restMs);
  for (let i = 0; i < 50; i++) store.invalidate();
  await vi.advanceTimersByTimeAsync(timing.debounceMs);
  expect(calls).toHaveLength(2);
});

test('events without end are answered at a bounded rate', async () => {
  const { store, calls, settle } = setUp();
  store.subscribe(() => {});
  await settle(0, 0);
  for (let ms = 0; ms < 5000; ms += 10) {
    store.invalidate();
    await vi.advanceTimersByTimeAsync(10);
    await settle(calls.length - 1, ms);
  }
  expect(calls.length).toBeGreaterThan(10);
  expect(calls.length).toBeLessThanOrEqual(1 + 5000 / timing.restMs);
});

test('a newer fetch cancels the one under way, whose answer is not taken', async () => {
  const { store, calls, settle } = setUp();
  store.subscribe(() => {});
  void store.refresh();
  expect(calls[0]?.signal.aborted).toBe(true);
  await settle(1, 2);
  await settle(0, 1);
  expect(store.getSnapshot().data).toBe(2);
});

test('a failure keeps the last answer and names the error', async () => {
  const { store, calls, settle } = setUp();
  store.subscribe(() => {});
  await settle(0, 1);
  void store.refresh();
  calls[1]?.reject(new Error('no'));
  await vi.advanceTimersByTimeAsync(0);
  expect(store.getSnapshot()).toMatchObject({ data: 1, fetching: false, error: { code: 'INTERNAL', message: 'no' } });
});

test('without listeners nothing is fetched; the next one gets the kept answer and a fresh one if it went stale', async () => {
  const { store, calls, settle } = setUp();
  const unsubscribe = store.subscribe(() => {});
  await settle(0, 1);
  unsubscribe();
  unsubscribe();
  store.subscribe(() => {})();
  expect(calls).toHaveLength(1);
  store.invalidate();
  await vi.advanceTimersByTimeAsync(1000);
  expect(calls).toHaveLength(1);
  store.subscribe(() => {});
  expect(store.getSnapshot().data).toBe(1);
  expect(calls).toHaveLength(2);
});

test('leaving cancels the fetch under way', () => {
  const { store, calls } = setUp();
  store.subscribe(() => {})();
  expect(calls[0]?.signal.aborted).toBe(true);
  store.subscribe(() => {});
  expect(calls).toHaveLength(2);
});

test('a patch shows at once', async () => {
  const { store, settle } = setUp();
  store.subscribe(() => {});
  store.patch((n) => n + 1);
  expect(store.getSnapshot().data).toBeUndefined();
  await settle(0, 1);
  store.patch((n) => n + 1);
  expect(store.getSnapshot().data).toBe(2);
});
