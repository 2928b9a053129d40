import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import type { ApplyPolicy } from '@rmm/protocol';
import { codeOf } from '../agent/agent-log.js';
import { isCommandBody } from '../schema/protocol-schemas.js';
import { writeDurably } from '../storage/write-durably.js';

/** Policies as they were brought, and the counter of the command that brought them. */
export interface KeptPolicy extends Pick<ApplyPolicy, 'hash' | 'document'> {
  readonly counter: number;
}

/** The policies on the disk: a line with a checksum, then JSON. */
export class PolicyFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Undefined when there is none. @throws when it cannot be read or is damaged */
  async read(): Promise<KeptPolicy | undefined> {
    const text = await readFile(this.#path, 'utf8').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    const end = text.indexOf('\n');
    const json = text.slice(end + 1);
    if (end < 0 || text.slice(0, end) !== checksum(json)) throw new Error('the file is damaged');
    const kept: unknown = JSON.parse(json);
    if (!isKeptPolicy(kept)) throw new Error('the file holds no policies');
    return kept;
  }

  async write({ hash, counter, document }: KeptPolicy): Promise<void> {
    const json = JSON.stringify({ hash, counter, document });
    await writeDurably(this.#path, `${checksum(json)}\n${json}\n`);
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

/** Another version of the agent may have written something else. With a hash that no frame takes it could never connect. */
function isKeptPolicy(value: unknown): value is KeptPolicy {
  if (typeof value !== 'object' || value === null) return false;
  const { hash, counter, document } = value as Partial<Record<keyof KeptPolicy, unknown>>;
  return Number.isSafeInteger(counter) && isCommandBody({ kind: 'policy.apply', hash, document });
}

const checksum = (json: string): string => createHash('sha256').update(json.trimEnd()).digest('hex');
