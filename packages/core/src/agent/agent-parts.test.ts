import { LIMITS } from '@rmm/protocol';
import { describe, expect, test, vi } from 'vitest';
import type { AgentLink } from '../port/agent-transport.js';
import { JobServer } from '../test-support/job-server.js';
import { provenBy } from './agent-proof.js';
import { reserveCounters } from './counter.js';
import { LiveOutput } from './live-output.js';
import { Presence, type PresentAgent } from './presence.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('presence', () => {
  const agent = (send: AgentLink['send'] = () => true): PresentAgent => ({
    systemId: 's',
    deviceId: 'd',
    link: { id: 'l', remoteAddress: '', send, close: () => undefined },
    machine: undefined,
    welcomed: true,
    owed: false,
    lastSeenAt: 7,
  });

  test('is of the last link that came; one that was replaced takes nothing with it', () => {
    const presence = new Presence();
    const [one, two] = [agent(), agent()];
    expect(presence.arrive(one)).toBeUndefined();
    expect(presence.arrive(two)).toBe(one);
    expect(presence.leave(one)).toBe(false);
    expect(presence.get('s', 'd')).toBe(two);
    expect(presence.lastSeen('s', 'd')).toBe(7);
    expect(presence.leave(two)).toBe(true);
    expect(presence.leave(two)).toBe(false);
    expect(presence.size).toBe(0);
  });

  test('nudges those who were welcomed, and remembers whom it could not reach', () => {
    const presence = new Presence();
    const send = vi.fn(() => true);
    const one = agent(send);
    presence.arrive(one);
    one.welcomed = false;
    presence.nudge('s', 'd');
    expect(send).not.toHaveBeenCalled();
    one.welcomed = true;
    presence.nudge('s', 'd');
    presence.nudge('s', 'nobody');
    expect(send).toHaveBeenCalledTimes(1);
    send.mockReturnValue(false);
    presence.nudge('s', 'd');
    expect(one.owed).toBe(true);
  });

  test('is written down in the order in which it changed, device by device', async () => {
    const presence = new Presence();
    const seen: string[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = presence.inTurn(agent(), async () => {
      await gate;
      seen.push('first');
      throw new Error('failed');
    });
    const second = presence.inTurn(agent(), async () => void seen.push('second'));
    await presence.inTurn({ systemId: 's', deviceId: 'other' }, async () => void seen.push('other'));
    expect(seen).toEqual(['other']);
    release();
    await expect(first).rejects.toThrow('failed');
    await second;
    expect(seen).toEqual(['other', 'first', 'second']);
  });
});

describe('live output', () => {
  const frame = (id: string, text: string) => ({ kind: 'output', id, stream: 'stdout', offset: 0, text }) as const;
  const watch = () => {
    const emit = vi.fn();
    const output = new LiveOutput(emit);
    output.lookUpWith(async (_system, id) => (id === 'ended' ? undefined : { jobId: 'j', deviceId: 'd' }));
    return { emit, output };
  };

  test('is kept of executions that run on the device that tells it, and told', async () => {
    const { emit, output } = watch();
    await output.push('s', 'd', frame('e', 'a'));
    await Promise.all([output.push('s', 'd', frame('e', 'b')), output.push('s', 'd', frame('f', 'x'))]);
    await output.push('s', 'another device', frame('e', 'lie'));
    await output.push('s', 'd', frame('ended', 'late'));
    expect(output.textOf('s', 'e')).toEqual({ stdout: 'ab', stderr: '' });
    expect(output.textOf('another System', 'e')).toBeUndefined();
    expect(output.textOf('s', 'ended')).toBeUndefined();
    expect(emit).toHaveBeenCalledTimes(3);
    output.forget('s', 'e');
    expect(output.textOf('s', 'e')).toBeUndefined();
  });

  test('has bounds for one execution and for all', async () => {
    const { output } = watch();
    const much = 'x'.repeat(LIMITS.outputBytes);
    await output.push('s', 'd', frame('long', `${much}y`));
    await output.push('s', 'd', frame('long', 'y'));
    expect(output.textOf('s', 'long')?.stdout).toHaveLength(LIMITS.outputBytes);
    for (let at = 0; at < 64; at++) await output.push('s', 'd', frame(`e${at}`, much));
    expect(output.textOf('s', 'long')).toBeUndefined();
    expect(output.textOf('s', 'e63')?.stdout).toHaveLength(LIMITS.outputBytes);
    for (let at = 0; at < 300; at++) await output.push('s', 'd', frame(`short${at}`, 'x'));
    const kept = Array.from({ length: 300 }, (_, at) => output.textOf('s', `short${at}`)).filter(Boolean);
    expect(kept.length).toBeLessThanOrEqual(256);
  });
});

test('counters grow with commands and with time, and never beyond what a number can hold', async () => {
  let stored: { name: string; value: number } | undefined;
  const data = {
    one: async () => stored,
    put: async (_model: unknown, row: typeof stored) => {
      stored = row;
    },
  };
  const reserve = (now: number, count: number) => reserveCounters(data as never, now, count);
  const now = 1_800_000_000_000;
  expect(await reserve(now, 3)).toBe(now * 1000);
  expect(await reserve(now, 1)).toBe(now * 1000 + 3);
  expect(await reserve(now - 5000, 1)).toBe(now * 1000 + 4);
  expect(await reserve(8_640_000_000_000_000, 2)).toBe(now * 1000 + 5);
  expect(await reserve(now + 1, 1)).toBe((now + 1) * 1000);
});

test('a proof holds for its key, its purpose and its lines, and junk holds for nothing', () => {
  for (const key of ['', 'x', 'A'.repeat(43), 'A'.repeat(42), '\0']) {
    for (const proof of ['', 'x', 'A'.repeat(86)]) expect(provenBy(key, 'hello', ['a'], proof)).toBe(false);
  }
});

test('an audit of a device that is not there is stored nowhere', async () => {
  await using world = await JobServer.open();
  const actor = { kind: 'agent', systemId: world.host.systemId, deviceId: 'nowhere' } as const;
  for (const name of ['agents.auditData', 'agents.auditOffer', 'agents.connected']) {
    const input = { at: 0, sections: {}, hashes: {}, agentVersion: '1', remoteAddress: '' };
    const { at, sections, hashes, ...rest } = input;
    const fitting =
      name === 'agents.connected' ? rest : name === 'agents.auditData' ? { at, sections } : { at, hashes };
    await expect(world.server.rmm.call(actor, name, fitting)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  await turn();
});
