import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Heartbeat } from './heartbeat.js';

let pings: number;
let deaths: number;
let heartbeat: Heartbeat;
beforeEach(() => {
  vi.useFakeTimers();
  pings = deaths = 0;
  heartbeat = new Heartbeat({
    ping: () => {
      pings++;
    },
    dead: () => {
      deaths++;
      heartbeat.stop();
    },
  });
});
afterEach(() => {
  heartbeat.stop();
  vi.useRealTimers();
});

test('pings once a period of silence, as long as it is answered', () => {
  heartbeat.start(120_000);
  for (let period = 1; period <= 5; period++) {
    vi.advanceTimersByTime(120_000);
    expect(pings).toBe(period);
    heartbeat.heard();
  }
  expect(deaths).toBe(0);
});

test('an unanswered ping is the end, 20 s later', () => {
  heartbeat.start(120_000);
  vi.advanceTimersByTime(120_000 + 19_900);
  expect([pings, deaths]).toEqual([1, 0]);
  vi.advanceTimersByTime(200);
  expect([pings, deaths]).toEqual([1, 1]);
  vi.advanceTimersByTime(1_000_000);
  expect([pings, deaths]).toEqual([1, 1]);
});

test('while frames flow both ways there is no ping', () => {
  heartbeat.start(120_000);
  for (let step = 0; step < 20; step++) {
    vi.advanceTimersByTime(60_000);
    heartbeat.sent();
    heartbeat.heard();
  }
  expect(pings).toBe(0);
});

test('hearing alone is not enough: the server must hear, too', () => {
  heartbeat.start(120_000);
  for (let step = 0; step < 4; step++) {
    vi.advanceTimersByTime(50_000);
    heartbeat.heard();
  }
  expect(pings).toBe(1);
});

test('one timer, however many frames', () => {
  heartbeat.start(120_000);
  for (let frame = 0; frame < 1000; frame++) {
    heartbeat.sent();
    heartbeat.heard();
  }
  expect(vi.getTimerCount()).toBe(1);
});
