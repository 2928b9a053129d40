import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { errorOf, type StorageConformanceOptions, withPlace } from './harness.js';
import { counter, sample, sampleRow } from './models.js';

/** Opening, closing, and finding everything again. */
export function durabilitySuite(options: StorageConformanceOptions): void {
  describe('opened and closed', () => {
    const row = (n: number) => ({ name: `n${n}`, group: 'g', value: n });

    test('finds everything again', async () => {
      await withPlace(options, async (open) => {
        const first = await open();
        await first.migrate([sample, counter]);
        const stored = { ...sampleRow('again'), text: 'é\u{1f600}', count: 2 ** 52 + 1, data: [1, { a: null }] };
        await first.insert('sampleRow', [stored]);
        await first.transaction((tx) => tx.put('counter', [row(1)]));
        const hash = await first.blobs.put('s', new Uint8Array([1, 2, 3]));
        await first.close();
        const second = await open();
        await second.migrate([sample, counter]);
        expect(await second.find('sampleRow')).toEqual([{ ratio: null, flag: null, at: null, ...stored }]);
        expect(await second.find('counter')).toEqual([row(1)]);
        expect(await second.blobs.get('s', hash)).toEqual(new Uint8Array([1, 2, 3]));
      });
    });

    test('cannot be used before migrate() or after close()', async () => {
      await withPlace(options, async (open) => {
        const storage = await open();
        const closed = errorOf('NOT_STARTED');
        await expect(storage.find('counter')).rejects.toMatchObject(closed);
        await storage.migrate([counter]);
        await storage.insert('counter', [row(1)]);
        await storage.close();
        await storage.close();
        await expect(storage.find('counter')).rejects.toMatchObject(closed);
        await expect(storage.insert('counter', [row(2)])).rejects.toMatchObject(closed);
        await expect(storage.transaction(async () => 1)).rejects.toMatchObject(closed);
        await expect(storage.blobs.put('s', new Uint8Array(1))).rejects.toMatchObject(closed);
      });
    });

    test('closes without ever having been opened', async () => {
      await withPlace(options, async (open) => (await open()).close());
    });

    test('finishes what is under way when it closes', async () => {
      await withPlace(options, async (open) => {
        const storage = await open();
        await storage.migrate([counter]);
        const slow = storage.transaction(async (tx) => {
          await tx.insert('counter', [row(1)]);
          await setTimeout(30);
          await tx.insert('counter', [row(2)]);
        });
        const quick = storage.insert('counter', [row(3)]);
        await setTimeout(5);
        await storage.close();
        await Promise.all([slow, quick]);
        const again = await open();
        await again.migrate([counter]);
        expect(await again.count('counter')).toBe(3);
      });
    });

    test('is open to several servers, or says that it is not', async () => {
      await withPlace(options, async (open) => {
        const first = await open();
        await first.migrate([counter]);
        await first.insert('counter', [row(0)]);
        const second = await open();
        if (!first.capabilities.shared) {
          await expect(second.migrate([counter])).rejects.toMatchObject(errorOf('STORAGE_LOCKED'));
          await first.close();
          await second.migrate([counter]);
          expect(await second.count('counter')).toBe(1);
          return;
        }
        await second.migrate([counter]);
        const increment = (n: number) =>
          (n % 2 === 0 ? first : second).transaction(async (tx) => {
            const [found] = await tx.find('counter');
            await tx.update('counter', { all: [] }, { value: Number(found?.value) + 1 });
          });
        await Promise.all(Array.from({ length: 20 }, (_, n) => increment(n)));
        expect(await second.find('counter')).toEqual([{ ...row(20), name: 'n0' }]);
      });
    });
  });
}
