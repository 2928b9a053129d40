import { randomBytes } from 'node:crypto';
import { stat, unlink } from 'node:fs/promises';
import { writeDurably } from './write-durably.js';

const BYTES = 64 * 1024;

/**
 * Space kept for the day the disk is full: let go, there is room to write down how the running commands ended.
 */
export class Ballast {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes the space again; does nothing while it is held, or while there is none. */
  async hold(): Promise<void> {
    const size = await stat(this.#path).then(
      (found) => found.size,
      () => 0,
    );
    // Random, so that no file system makes it smaller than it looks.
    if (size !== BYTES) await writeDurably(this.#path, randomBytes(BYTES)).catch(() => undefined);
  }

  async release(): Promise<void> {
    await unlink(this.#path).catch(() => undefined);
  }
}
