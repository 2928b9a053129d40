import type { Row, Where } from '@rmm/core/ports';
import { describe, expect, test } from 'vitest';
import { type StorageConformanceOptions, useStorage } from './harness.js';
import { task } from './models.js';

const RACERS = 16;
const TASKS = 150;

/** `claim` hands every row to one claimer. */
export function claimSuite(options: StorageConformanceOptions): void {
  describe('claim', () => {
    const storage = useStorage(options, [task]);
    const waiting = (queue: string): Where => ({
      all: [
        { field: 'queue', op: 'eq', value: queue },
        { field: 'state', op: 'eq', value: 'waiting' },
      ],
    });
    const add = (queue: string, ranks: readonly number[]) =>
      storage().insert(
        'task',
        ranks.map((rank, i) => ({ id: `${queue}${i}`, queue, state: 'waiting', rank, note: { i } })),
      );
    const byRank = [{ field: 'rank', dir: 'desc' }] as const;

    test('takes the first in order, at most the limit, and returns them changed', async () => {
      await add('order', [1, 5, 3, 5]);
      const set = { state: 'taken', owner: 'me' };
      const claimed = await storage().claim('task', waiting('order'), set, { limit: 3, order: byRank });
      expect(claimed).toEqual([
        { id: 'order1', queue: 'order', rank: 5, note: { i: 1 }, ...set },
        { id: 'order3', queue: 'order', rank: 5, note: { i: 3 }, ...set },
        { id: 'order2', queue: 'order', rank: 3, note: { i: 2 }, ...set },
      ]);
      expect(await storage().find('task', { where: { field: 'owner', op: 'eq', value: 'me' } })).toHaveLength(3);
      expect(await storage().claim('task', waiting('order'), set, { limit: 3 })).toHaveLength(1);
      expect(await storage().claim('task', waiting('order'), set, { limit: 3 })).toEqual([]);
      expect(await storage().claim('task', waiting('order'), set, { limit: 0 })).toEqual([]);
    });

    test('may change what it ordered by', async () => {
      await add('rank', [2, 1]);
      const claimed = await storage().claim('task', waiting('rank'), { rank: 0 }, { limit: 2, order: byRank });
      expect(claimed.map((row) => [row.id, row.rank])).toEqual([
        ['rank0', 0],
        ['rank1', 0],
      ]);
    });

    async function race(queue: string, claimSome: (owner: string) => Promise<readonly Row[]>): Promise<void> {
      await add(
        queue,
        Array.from({ length: TASKS }, (_, i) => i),
      );
      const racers = Array.from({ length: RACERS }, async (_, racer) => {
        const mine: Row[] = [];
        while ((await storage().count('task', waiting(queue))) > 0) mine.push(...(await claimSome(`racer${racer}`)));
        return mine;
      });
      const claimed = (await Promise.all(racers)).flat();
      expect(claimed.map((row) => row.id).sort()).toEqual(
        Array.from({ length: TASKS }, (_, i) => `${queue}${i}`).sort(),
      );
      for (const row of await storage().find('task', { where: { field: 'queue', op: 'eq', value: queue } })) {
        expect(claimed.find((other) => other.id === row.id)?.owner).toBe(row.owner);
      }
    }

    test('never gives a row to two racers', async () => {
      await race('racers', (owner) =>
        storage().claim('task', waiting('racers'), { state: 'taken', owner }, { limit: 7, order: byRank }),
      );
    });

    test('never gives a row to two transactions', async () => {
      await race('transactions', (owner) =>
        storage().transaction((tx) =>
          tx.claim('task', waiting('transactions'), { state: 'taken', owner }, { limit: 20, order: byRank }),
        ),
      );
    });

    test('gives back what a failed transaction had claimed', async () => {
      await add('rollback', [1, 2, 3]);
      const set = { state: 'taken' };
      const failing = storage().transaction(async (tx) => {
        expect(await tx.claim('task', waiting('rollback'), set, { limit: 2 })).toHaveLength(2);
        expect(await tx.claim('task', waiting('rollback'), set, { limit: 2 })).toHaveLength(1);
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await storage().claim('task', waiting('rollback'), set, { limit: 9 })).toHaveLength(3);
    });
  });
}
