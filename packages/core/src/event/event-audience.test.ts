import { AsyncResource } from 'node:async_hooks';
import { RmmError } from '@rmm/protocol';
import { describe, expect, test } from 'vitest';
import type { Access } from '../access/access.js';
import type { Member } from '../access/member.js';
import { UNRESTRICTED } from '../access/visibility.js';
import type { Data } from '../data/data.js';
import type { ThingDef } from '../plugin/thing.js';
import type { Actor } from '../port/actor.js';
import { EventAudience } from './event-audience.js';
import { EventListener } from './event-listener.js';
import { EventQueue } from './event-queue.js';
import { EventSight } from './event-sight.js';
import { HeardEvents } from './heard-events.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const turns = async (count = 20) => {
  for (let at = 0; at < count; at++) await turn();
};
const HOST: Actor = { kind: 'host', systemId: 's', name: 'Host' };
const user = (userId: string): Actor => ({ kind: 'user', systemId: 's', userId });
const PERMISSION = 'things';

/** Of all permissions, or of only one. */
type Level = 'view' | 'half' | 'disabled';

/** Users and their roles, which a test changes by hand. */
class Rights {
  readonly levels = new Map<string, Level>();
  changes: number | undefined = 0;
  /** Met by whoever reads. */
  fault: Error | undefined;
  looks = 0;
  readonly #roles = new Map<string, Member>();
  #held: Promise<void> | undefined;
  #release = () => {};

  set(userId: string, level: Level): void {
    this.levels.set(userId, level);
    if (this.changes !== undefined) this.changes += 1;
  }

  /** Whoever reads from now on has read, but gets no answer before {@link release}. */
  hold(): void {
    this.#held = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  release(): void {
    this.#held = undefined;
    this.#release();
  }

  async members(_: string, actors: readonly { readonly userId: string }[]): Promise<readonly (Member | RmmError)[]> {
    const found = actors.map(({ userId }) => {
      const level = this.levels.get(userId);
      return level === undefined ? new RmmError('UNAUTHENTICATED', 'x') : this.#member(level);
    });
    await (this.#held ?? turn());
    if (this.fault) throw this.fault;
    return found;
  }

  async accessesNow(_: string, members: readonly (Pick<Member, 'role'> | undefined)[]): Promise<readonly Access[]> {
    this.looks += 1;
    return members.map((member) => ({
      roleId: member?.role.id ?? null,
      accountadmin: !member,
      securityLevel: 5,
      level: (permission) => {
        const level = member?.role.id ?? 'view';
        return level === 'view' || (level === 'half' && permission === PERMISSION) ? 'view' : 'disabled';
      },
      tool: () => false,
      visibility: UNRESTRICTED,
    }));
  }

  #member(level: string): Member {
    const known = this.#roles.get(level) ?? ({ user: { securityLevel: 1 }, role: { id: level } } as Member);
    this.#roles.set(level, known);
    return known;
  }
}

function audienceOf(rights: Rights, things: readonly ThingDef[] = []) {
  const audience = new EventAudience({
    systemId: 's',
    directory: rights,
    data: {} as Data,
    sight: new EventSight(things),
    needed: new Map([
      ['device.changed', [PERMISSION]],
      ['both', [PERMISSION, 'other']],
    ]),
    clock: { now: () => 0 },
    outside: new AsyncResource('Test'),
  });
  const open = (actor: Actor, names?: string[]) => {
    const queue = new EventQueue(new AbortController().signal);
    const listener = new EventListener(actor, queue, names, undefined);
    audience.add(listener);
    queue.onClose(() => audience.delete(listener));
    return { queue, stream: new HeardEvents(queue, (message) => audience.hears(listener, message)) };
  };
  const listen = (actor: Actor, names?: string[]) => {
    const { stream } = open(actor, names);
    const heard: unknown[] = [];
    const ended = (async () => {
      for await (const { name, data } of stream) heard.push(data.n ?? name);
      return 'ended';
    })().catch((error: { code?: string }) => error.code ?? String(error));
    return { heard, ended, stream };
  };
  const tell = (n: number, name = 'device.changed') => audience.tell({ name, at: '', data: { n } });
  return { listen, open, tell };
}

describe('an audience', () => {
  test('tells by the rights of that moment, in order and once, however often they change', async () => {
    const rights = new Rights();
    rights.set('u', 'view');
    const { listen, tell } = audienceOf(rights);
    const [host, one] = [listen(HOST), listen(user('u'))];
    const allowed: number[] = [];
    for (let n = 0; n < 60; n++) {
      const level = n % 3 === 0 ? 'disabled' : 'view';
      if (n % 2 === 0) rights.set('u', level);
      if (rights.levels.get('u') === 'view') allowed.push(n);
      tell(n);
      await turns(3);
    }
    expect(host.heard).toEqual(Array.from({ length: 60 }, (_, n) => n));
    expect(one.heard).toEqual(allowed);
  });

  test('loses nothing for who comes while others are told, and tells them nothing of before', async () => {
    const rights = new Rights();
    rights.set('u', 'view');
    const { listen, tell } = audienceOf(rights);
    const first = listen(HOST);
    const later: ReturnType<typeof listen>[] = [];
    for (let n = 0; n < 10; n++) {
      for (let same = 0; same < 3; same++) tell(n);
      later.push(listen(user('u')));
      if (n % 2 === 0) await Promise.resolve();
    }
    await turns(60);
    const all = Array.from({ length: 10 }, (_, n) => [n, n, n]);
    expect(first.heard).toEqual(all.flat());
    for (const [n, { heard }] of later.entries()) expect(heard).toEqual(all.slice(n + 1).flat());
  });

  test('cuts off those too who only wait to hear that they are shown other devices, when events are dropped', async () => {
    const rights = new Rights();
    rights.hold();
    rights.set('u', 'view');
    const { listen, tell } = audienceOf(rights);
    const watcher = listen(user('u'), ['visibility.changed']);
    for (let n = 0; n <= 100_001; n++) tell(n);
    rights.release();
    expect(await watcher.ended).toBe('RATE_LIMITED');
  });

  test('where other processes change rights too, never goes by what was read before an event', async () => {
    const rights = new Rights();
    rights.changes = undefined;
    rights.set('u', 'view');
    const { listen, open, tell } = audienceOf(rights);
    const late = open(user('u')).stream;
    const { heard } = listen(user('u'));
    tell(0);
    await turns();
    rights.hold();
    const read = late.next();
    await turn();
    rights.set('u', 'disabled');
    tell(1);
    await turn();
    rights.release();
    await turns();
    void read;
    expect(heard).toEqual([0]);
  });

  test('ends the streams of those whose rights cannot be found out, of nobody else, and lets them come again', async () => {
    const rights = new Rights();
    rights.set('u', 'view');
    const { listen, tell } = audienceOf(rights);
    const host = listen(HOST);
    rights.fault = new Error('Storage failed');
    const first = listen(user('u'));
    tell(0);
    expect(await first.ended).toBe('Error: Storage failed');
    rights.fault = undefined;
    const second = listen(user('u'));
    tell(1);
    await turns();
    expect([first.heard, second.heard, host.heard]).toEqual([[], [1], [0, 1]]);
  });

  test('needs all the permissions of an event that names several', async () => {
    const rights = new Rights();
    for (const level of ['view', 'half'] as const) rights.set(level, level);
    const { listen, tell } = audienceOf(rights);
    const all = [listen(HOST), listen(user('view')), listen(user('half'))];
    for (const name of ['both', 'device.changed', 'undeclared']) tell(0, name);
    await turns();
    expect(all.map(({ heard }) => heard.length)).toEqual([2, 2, 1]);
  });

  test('works on nothing once nobody listens', async () => {
    const rights = new Rights();
    const { listen, tell } = audienceOf(rights);
    const { stream } = listen(HOST);
    await turn();
    for (let n = 0; n < 1000; n++) tell(n);
    await stream.return();
    await turns();
    expect(rights.looks).toBeLessThan(10);
  });
});
