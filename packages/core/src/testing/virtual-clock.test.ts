import { expect, test } from 'vitest';
import { virtualClock } from './virtual-clock.js';

test('timers run at their times, in order, also those that timers make', () => {
  const clock = virtualClock('2026-01-01T00:00:00Z');
  const start = clock.now();
  const ran: string[] = [];
  const note = (name: string) => ran.push(`${name} ${clock.now() - start}`);
  clock.after(20, () => note('b'));
  clock.after(10, () => {
    note('a');
    clock.after(5, () => note('a2'));
  });
  const cancel = clock.after(15, () => note('never'));
  clock.after(20, () => note('c'));
  clock.after(31, () => note('later'));
  cancel();
  clock.advance(30);
  expect(ran).toEqual(['a 10', 'a2 15', 'b 20', 'c 20']);
  expect(clock.now()).toBe(start + 30);
});
