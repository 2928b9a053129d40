import { describe, expect, test } from 'vitest';
import { errorOf, type StorageConformanceOptions, useStorage } from './harness.js';
import { member } from './models.js';

/** Keys and unique combinations hold, whatever writes; nulls do not clash. */
export function uniqueSuite(options: StorageConformanceOptions): void {
  describe('unique values', () => {
    const storage = useStorage(options, [member]);
    const of = (systemId: string) => ({ field: 'systemId', op: 'eq', value: systemId }) as const;
    const clash = errorOf('STORAGE_UNIQUE');

    test('a key is taken once', async () => {
      await storage().insert('member', [{ systemId: 'key', name: 'a' }]);
      await storage().insert('member', [{ systemId: 'key', name: 'b' }]);
      await expect(storage().insert('member', [{ systemId: 'key', name: 'a' }])).rejects.toMatchObject({
        ...clash,
        details: { model: 'member', fields: ['systemId', 'name'] },
      });
      await expect(
        storage().insert('member', [
          { systemId: 'key', name: 'c' },
          { systemId: 'key', name: 'c' },
        ]),
      ).rejects.toMatchObject(clash);
      expect(await storage().count('member', of('key'))).toBe(2);
    });

    test('another combination is taken once, by insert, put and update', async () => {
      const row = { systemId: 'mail', name: 'a', email: 'x@y' };
      await storage().insert('member', [row]);
      const again = { ...row, name: 'b' };
      await expect(storage().insert('member', [again])).rejects.toMatchObject({
        ...clash,
        details: { model: 'member', fields: ['systemId', 'email'] },
      });
      await expect(storage().put('member', [{ ...again, name: 'fine', email: 'z' }, again])).rejects.toMatchObject(
        clash,
      );
      await storage().insert('member', [{ ...again, email: 'other' }]);
      await expect(storage().update('member', of('mail'), { email: 'x@y' })).rejects.toMatchObject(clash);
      expect((await storage().find('member', { where: of('mail') })).map(({ name, email }) => [name, email])).toEqual([
        ['a', 'x@y'],
        ['b', 'other'],
      ]);
    });

    test('nulls do not clash, nor do other cases and accents', async () => {
      const emails = [null, null, 'A', 'a', 'á', 'a '];
      const rows = emails.map((email, i) => ({ systemId: 'null', name: String(i), email }));
      await storage().insert('member', rows);
      expect(await storage().count('member', of('null'))).toBe(rows.length);
    });

    test('a racer for the same key wins alone', async () => {
      const racers = Array.from({ length: 12 }, (_, age) =>
        storage().insert('member', [{ systemId: 'race', name: 'one', age }]),
      );
      const results = await Promise.allSettled(racers);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject(clash);
    });
  });
}
