import type { Data } from '../data/data.js';
import type { Logger } from '../port/logger.js';
import { AUDIT_FACTS } from './audit-facts.js';
import { breathe } from './breathe.js';
import { BLOCK_ROWS } from './columnar/stamps.js';
import { SUMMARY_FACTS } from './device-facts.js';
import { type FactBlockRow, factBlockModel } from './fact-block-model.js';
import type { FactIndex } from './fact-index.js';

/**
 * Names how facts are made of audits and packed. Raise it with every change of `auditFacts`, `summaryFacts`,
 * `summariseAudit`, `normaliseFact`, of the type of a field that audits tell, or of the packed form: blocks of another
 * format are made anew.
 */
export const BLOCK_FORMAT = 1;

const PACKED = [...AUDIT_FACTS, ...SUMMARY_FACTS];

/** A block is stored again once so many of its devices were audited anew: about as dear as reading their audits. */
const WORTH_STORING = 32;

/** Rows are used again, so that this is room for four million devices of a System at a time. */
const MOST_BLOCKS = 1024;

/** Stores what audits tell in blocks of devices, for the next time the index is read (ADR 6). */
export class FactBlocks {
  readonly #data: Data;
  readonly #index: FactIndex;
  readonly #logger: Logger;

  constructor(data: Data, index: FactIndex, logger: Logger) {
    this.#data = data;
    this.#index = index;
    this.#logger = logger;
  }

  /** Restores all blocks into the empty index. Returns the devices, none of which is known to exist still. */
  async restore(): Promise<Set<string>> {
    const devices = new Set<string>();
    for (let after: { block: number } | undefined; ; ) {
      const [row] = await this.#data.find(factBlockModel, {
        order: [{ field: 'block' }],
        limit: 1,
        ...(after && { after }),
      });
      if (!row) return devices;
      if (isReadable(row)) {
        for (const id of row.devices) devices.add(id);
        await this.#restore(row);
      }
      after = { block: row.block };
      await breathe();
    }
  }

  /** Of a block that was not packed so, nothing counts: the audits of its devices are read. */
  async #restore(row: FactBlockRow): Promise<void> {
    try {
      for (const _ of this.#index.restore(row)) await breathe();
    } catch (error) {
      const { block } = row;
      this.#logger.warn('A block of facts is damaged and is made anew from audits', { block, error: String(error) });
      for (const id of row.devices) this.#index.stamp(id, 0);
    }
  }

  /** Stores the blocks of which at least so many devices were audited anew. */
  async store(least = WORTH_STORING): Promise<void> {
    for (const block of this.#index.changedBlocks(least)) {
      await this.#data.put(factBlockModel, { ...this.#index.pack(block, PACKED), format: BLOCK_FORMAT });
      await breathe();
    }
  }
}

function isReadable({ block, format, devices, stamps }: FactBlockRow): boolean {
  if (format !== BLOCK_FORMAT || block < 0 || block >= MOST_BLOCKS) return false;
  if (!Array.isArray(devices) || !Array.isArray(stamps)) return false;
  return devices.length <= BLOCK_ROWS && stamps.length === devices.length;
}
