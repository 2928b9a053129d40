import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { errorOf, type StorageConformanceOptions, useStorage } from './harness.js';

/** Bytes under the name of their hash, per System. */
export function blobSuite(options: StorageConformanceOptions): void {
  describe('blobs', () => {
    const storage = useStorage(options, []);
    const bytes = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 7) % 256);

    test('come back by their SHA-256', async () => {
      for (const size of [0, 1, 300_000]) {
        const content = bytes(size);
        const hash = await storage().blobs.put('a', content);
        expect(hash).toBe(createHash('sha256').update(content).digest('hex'));
        const found = await storage().blobs.get('a', hash);
        expect(found?.byteLength).toBe(size);
        // An element by element comparison of so many would take most of a second.
        expect(Buffer.compare(content, found ?? bytes(2))).toBe(0);
      }
    });

    test('may be stored twice and are removed once', async () => {
      const hash = await storage().blobs.put('twice', bytes(10));
      expect(await Promise.all([1, 2, 3].map(() => storage().blobs.put('twice', bytes(10))))).toEqual([
        hash,
        hash,
        hash,
      ]);
      expect(await storage().blobs.remove('twice', hash)).toBe(true);
      expect(await storage().blobs.remove('twice', hash)).toBe(false);
      expect(await storage().blobs.get('twice', hash)).toBeUndefined();
    });

    test('of one System are not there for another', async () => {
      const hash = await storage().blobs.put('mine', bytes(20));
      expect(await storage().blobs.get('yours', hash)).toBeUndefined();
      expect(await storage().blobs.remove('yours', hash)).toBe(false);
      await storage().blobs.put('yours', bytes(20));
      expect(await storage().blobs.remove('yours', hash)).toBe(true);
      expect(await storage().blobs.get('mine', hash)).toEqual(bytes(20));
    });

    test('have no other names', async () => {
      for (const name of ['', '../../etc/passwd', 'A'.repeat(64), 'a'.repeat(63)]) {
        await expect(storage().blobs.get('a', name)).rejects.toMatchObject(errorOf('INVALID_INPUT'));
      }
    });
  });
}
