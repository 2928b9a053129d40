import { setTimeout } from 'node:timers/promises';
import type { StorageOps, Where } from '@rmm/core/ports';
import { describe, expect, test } from 'vitest';
import { errorOf, type StorageConformanceOptions, useStorage } from './harness.js';
import { counter, member } from './models.js';

/** What a single transaction promises: all or nothing, its own writes seen, no use after its end. */
export function transactionSuite(options: StorageConformanceOptions): void {
  describe('a transaction', () => {
    const storage = useStorage(options, [counter, member]);
    const inGroup = (group: string): Where => ({ field: 'group', op: 'eq', value: group });
    const row = (group: string, n: number) => ({ name: `${group}${n}`, group, value: n });
    const count = (group: string) => storage().count('counter', inGroup(group));

    test('returns what its work returns, and everything stays', async () => {
      const result = await storage().transaction(async (tx) => {
        await tx.insert('counter', [row('stay', 1)]);
        await setTimeout(5);
        await tx.insert('counter', [row('stay', 2)]);
        return { answer: 42 };
      });
      expect(result).toEqual({ answer: 42 });
      expect(await count('stay')).toBe(2);
    });

    test('throws what its work throws, and nothing stays', async () => {
      await storage().insert('counter', [row('gone', 0)]);
      const error = new Error('changed my mind');
      const failing = storage().transaction(async (tx) => {
        await tx.insert('counter', [row('gone', 1), row('gone', 2)]);
        await tx.put('counter', [{ ...row('gone', 0), value: 7 }]);
        await tx.update('counter', inGroup('gone'), { value: 8 });
        await tx.remove('counter', { field: 'name', op: 'eq', value: 'gone1' });
        throw error;
      });
      await expect(failing).rejects.toBe(error);
      expect(await storage().find('counter', { where: inGroup('gone') })).toEqual([row('gone', 0)]);
    });

    test('sees its own writes; nobody else does before its end', async () => {
      await storage().transaction(async (tx) => {
        await tx.insert('counter', [row('own', 1), row('own', 2)]);
        expect(await tx.count('counter', inGroup('own'))).toBe(2);
        expect(await tx.update('counter', inGroup('own'), { value: 5 })).toBe(2);
        expect((await tx.find('counter', { where: inGroup('own') })).map(({ value }) => value)).toEqual([5, 5]);
        expect(await count('own')).toBe(0);
      });
      expect(await count('own')).toBe(2);
    });

    test('that fails does not take its neighbours along', async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, n) =>
          storage().transaction(async (tx) => {
            await tx.insert('counter', [row('neighbour', n)]);
            if (n % 3 === 0) throw new Error('third');
          }),
        ),
      );
      expect(results.map(({ status }) => status === 'fulfilled')).toEqual(results.map((_, n) => n % 3 !== 0));
      const found = await storage().find('counter', { where: inGroup('neighbour'), order: [{ field: 'value' }] });
      expect(found.map(({ value }) => value)).toEqual(results.map((_, n) => n).filter((n) => n % 3 !== 0));
    });

    test('is lost once an operation failed, even if its work caught the error', async () => {
      await storage().insert('counter', [row('lost', 1)]);
      const swallowing = storage().transaction(async (tx) => {
        await tx.insert('counter', [row('lost', 2)]);
        await tx.insert('counter', [row('lost', 3), row('lost', 1)]).catch(() => undefined);
        return 'fine';
      });
      await expect(swallowing).rejects.toMatchObject(errorOf('STORAGE_UNIQUE'));
      const misspelt = storage().transaction(async (tx) => {
        await tx.insert('counter', [row('lost', 4)]);
        await tx.find('counter', { fields: ['nome'] }).catch(() => undefined);
      });
      await expect(misspelt).rejects.toMatchObject(errorOf('INVALID_INPUT'));
      expect(await count('lost')).toBe(1);
    });

    test('refuses a transaction, or a write outside of it, from inside', async () => {
      await storage().transaction(async (tx) => {
        await tx.insert('counter', [row('nested', 1)]);
        await expect(storage().transaction(async () => 1)).rejects.toMatchObject(errorOf('INTERNAL'));
        await expect(storage().insert('counter', [row('nested', 2)])).rejects.toMatchObject(errorOf('INTERNAL'));
      });
      expect(await count('nested')).toBe(1);
    });

    test('cannot be used after its end', async () => {
      let leaked: StorageOps | undefined;
      await storage().transaction(async (tx) => {
        leaked = tx;
      });
      await expect(leaked?.insert('counter', [row('leaked', 1)])).rejects.toMatchObject(errorOf('INTERNAL'));
      await expect(leaked?.find('counter')).rejects.toMatchObject(errorOf('INTERNAL'));
      expect(await count('leaked')).toBe(0);
    });

    test('that does not await its operations fails, or they are part of it', async () => {
      const hasty = storage().transaction(async (tx) => {
        void tx.insert('counter', [row('hasty', 1)]).catch(() => undefined);
      });
      const [result] = await Promise.allSettled([hasty]);
      expect(await count('hasty')).toBe(result?.status === 'fulfilled' ? 1 : 0);
      if (result?.status === 'rejected') expect(result.reason).toMatchObject(errorOf('INTERNAL'));
    });

    test('may run its operations side by side', async () => {
      await storage().transaction(async (tx) => {
        await Promise.all(Array.from({ length: 10 }, (_, n) => tx.insert('counter', [row('side', n)])));
      });
      expect(await count('side')).toBe(10);
    });
  });
}
