import type { Where } from '@rmm/core/ports';
import { describe, expect, test } from 'vitest';
import { type StorageConformanceOptions, useStorage } from './harness.js';
import { member } from './models.js';

/** Two Systems in one storage, with the same names in both, do not touch each other. */
export function systemsSuite(options: StorageConformanceOptions): void {
  describe('two Systems', () => {
    const storage = useStorage(options, [member]);
    // Ids that meet where a storage would fold case, trim, or join them with the next field.
    const pairs = [
      ['one', 'two'],
      ['s', 'S'],
      ['s1', 's1 '],
      ['a', 'ab'],
      ['%', '_'],
      ['é', 'e\u0301'],
    ] as const;

    test.each(pairs)('%j and %j keep their rows apart', async (one, two) => {
      const of = (systemId: string): Where => ({ field: 'systemId', op: 'eq', value: systemId });
      const rows = (systemId: string, age: number) =>
        ['x', 'bx', ' x'].map((name) => ({ systemId, name: `${name}${pairs.length}`, email: name, age }));
      const agesOf = async (systemId: string) =>
        (await storage().find('member', { where: of(systemId) })).map((row) => row.age);
      await storage().insert('member', rows(one, 1));
      await storage().insert('member', rows(two, 2));
      await storage().put('member', rows(one, 3));
      expect(await agesOf(two)).toEqual([2, 2, 2]);
      expect(await storage().update('member', of(one), { age: 4 })).toBe(3);
      expect(await storage().claim('member', of(one), { age: 5 }, { limit: 9 })).toHaveLength(3);
      expect(await agesOf(two)).toEqual([2, 2, 2]);
      const page = await storage().find('member', { where: of(one), limit: 2, order: [{ field: 'name' }] });
      const rest = await storage().find('member', { where: of(one), order: [{ field: 'name' }], after: page[1] ?? {} });
      expect(rest.map((row) => row.systemId)).toEqual([one]);
      expect(await storage().remove('member', of(one))).toBe(3);
      expect(await agesOf(two)).toEqual([2, 2, 2]);
      expect(await storage().remove('member', of(two))).toBe(3);
    });
  });
}
