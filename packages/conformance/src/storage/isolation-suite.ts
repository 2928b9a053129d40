import type { StorageOps, Where } from '@rmm/core/ports';
import { describe, expect, test } from 'vitest';
import { type StorageConformanceOptions, useStorage } from './harness.js';
import { counter } from './models.js';

/** Concurrent transactions have the effect that some order of them, one after the other, would have had. */
export function isolationSuite(options: StorageConformanceOptions): void {
  describe('concurrent transactions', () => {
    const storage = useStorage(options, [counter]);
    const named = (name: string): Where => ({ field: 'name', op: 'eq', value: name });
    const inGroup = (group: string): Where => ({ field: 'group', op: 'eq', value: group });
    const valueAt = async (ops: StorageOps, name: string) =>
      Number((await ops.find('counter', { where: named(name) }))[0]?.value);
    const sumOf = async (ops: StorageOps, group: string) =>
      (await ops.find('counter', { where: inGroup(group) })).reduce((sum, row) => sum + Number(row.value), 0);

    test('lose no update', async () => {
      await storage().insert('counter', [{ name: 'lost', group: 'lost', value: 0 }]);
      const increment = () =>
        storage().transaction(async (tx) => {
          const value = await valueAt(tx, 'lost');
          await tx.update('counter', named('lost'), { value: value + 1 });
        });
      await Promise.all(Array.from({ length: 40 }, increment));
      expect(await valueAt(storage(), 'lost')).toBe(40);
    });

    test('do not skew: of two on duty, one stays', async () => {
      for (let round = 0; round < 10; round++) {
        const group = `duty${round}`;
        const names = [`${group}a`, `${group}b`];
        await storage().insert(
          'counter',
          names.map((name) => ({ name, group, value: 1 })),
        );
        await Promise.all(
          names.map((name) =>
            storage().transaction(async (tx) => {
              if ((await sumOf(tx, group)) > 1) await tx.update('counter', named(name), { value: 0 });
            }),
          ),
        );
        expect(await sumOf(storage(), group)).toBe(1);
      }
    });

    test('see no phantoms: what is added if absent is added once', async () => {
      const add = (n: number) =>
        storage().transaction(async (tx) => {
          if ((await tx.count('counter', inGroup('phantom'))) > 0) return;
          await tx.insert('counter', [{ name: `phantom${n}`, group: 'phantom', value: n }]);
        });
      await Promise.all(Array.from({ length: 8 }, (_, n) => add(n)));
      expect(await storage().count('counter', inGroup('phantom'))).toBe(1);
    });

    test('keep a sum that every one of them keeps', async () => {
      const accounts = ['m0', 'm1', 'm2', 'm3', 'm4'];
      await storage().insert(
        'counter',
        accounts.map((name) => ({ name, group: 'money', value: 100 })),
      );
      const move = (n: number) =>
        storage().transaction(async (tx) => {
          const [from = '', to = ''] = [accounts[n % 5], accounts[(n * 7 + 1) % 5]];
          const amount = (n % 9) + 1;
          await tx.update('counter', named(from), { value: (await valueAt(tx, from)) - amount });
          await tx.update('counter', named(to), { value: (await valueAt(tx, to)) + amount });
        });
      const look = () => storage().transaction((tx) => sumOf(tx, 'money'));
      const [sums] = await Promise.all([
        Promise.all(Array.from({ length: 10 }, look)),
        Promise.all(Array.from({ length: 40 }, (_, n) => move(n))),
      ]);
      expect(new Set([...sums, await sumOf(storage(), 'money')])).toEqual(new Set([500]));
    });

    test('and single changes outside of them do not skew either', async () => {
      for (let round = 0; round < 10; round++) {
        const group = `single${round}`;
        await storage().insert('counter', [{ name: `${group}a`, group, value: 1 }]);
        const open: Where = { all: [inGroup(group), { field: 'value', op: 'eq', value: 1 }] };
        await Promise.all([
          storage().update('counter', open, { value: 0 }),
          storage().transaction(async (tx) => {
            if ((await tx.count('counter', open)) === 0) return;
            await tx.insert('counter', [{ name: `${group}b`, group, value: 1 }]);
          }),
        ]);
        // Transaction first: both closed. Change first: the transaction finds nothing open and adds nothing.
        expect(await storage().count('counter', open)).toBe(0);
      }
    });
  });
}
