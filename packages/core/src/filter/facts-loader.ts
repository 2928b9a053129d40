import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { deviceModel } from '../hierarchy/device-model.js';
import { breathe } from './breathe.js';
import { FACT_ROW_FIELDS } from './device-facts.js';
import type { FactBlocks } from './fact-blocks.js';
import type { FactIndex } from './fact-index.js';
import type { FactsWriter } from './facts-writer.js';
import { readAllSurroundings } from './read-devices.js';

/** So many devices are read at a time: a few milliseconds' work. */
const CHUNK = 250;

interface Parts {
  readonly data: Data;
  readonly index: FactIndex;
  readonly writer: FactsWriter;
  readonly blocks: FactBlocks;
  readonly signal: AbortSignal;
}

/**
 * Reads all devices of a System into an empty index: what their audits tell from the stored blocks, then each device's
 * row, and anew the audits of which a block holds another state or none.
 */
export async function loadFacts({ data, index, writer, blocks, signal }: Parts): Promise<void> {
  index.beginLoading();
  const unseen = await blocks.restore();
  const surroundings = await readAllSurroundings(data);
  for (let after: { id: string } | undefined; ; ) {
    if (signal.aborted) throw new RmmError('SHUTTING_DOWN', 'The server is stopping');
    const rows = await data.find(deviceModel, {
      fields: FACT_ROW_FIELDS,
      order: [{ field: 'id' }],
      limit: CHUNK,
      ...(after && { after }),
    });
    await writer.writeRows(rows, surroundings, []);
    for (const { id } of rows) unseen.delete(id);
    after = rows.at(-1);
    if (!after || rows.length < CHUNK) break;
    await breathe();
  }
  for (const id of unseen) index.delete(id);
  for (const _ of index.settle()) await breathe();
}
