import { silentLogger } from '@rmm/core/ports';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ThrottledLog } from './throttled-log.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

test('each kind of message comes through once in a while, with the number of those kept back', () => {
  const lines: unknown[] = [];
  const log = new ThrottledLog({ ...silentLogger, warn: (message, meta) => lines.push([message, meta]) }, 1000);
  for (let i = 0; i < 500; i++) log.write('warn', 'A', 'a', { i });
  log.write('warn', 'B', 'b', {});
  vi.advanceTimersByTime(1001);
  log.write('warn', 'A', 'a', { i: 'later' });
  vi.advanceTimersByTime(1001);
  log.write('warn', 'A', 'a', { i: 'last' });
  expect(lines).toEqual([
    ['a', { i: 0 }],
    ['b', {}],
    ['a', { i: 'later', suppressed: 499 }],
    ['a', { i: 'last' }],
  ]);
});
