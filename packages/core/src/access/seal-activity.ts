import { RmmError, signingBytes } from '@rmm/protocol';
import { Type } from 'typebox';
import type { Data } from '../data/data.js';
import { isoTime } from '../hierarchy/iso-time.js';
import { declare } from '../operation/contract.js';
import { implement, type Operation, staged } from '../operation/operation.js';
import { Nothing, Strict } from '../operation/schema.js';
import type { Signer } from '../port/signer.js';
import { type ChainPlace, chainHash, GENESIS, headLines } from './activity-chain.js';
import { chainContent } from './activity-entry.js';
import { type ActivityHeadRow, activityHeadModel, activityModel } from './activity-models.js';

/** So many entries are sealed in one transaction. */
const BATCH = 500;
const HEAD = 'head';

/** Not part of the public API: the server calls it itself. */
const sealContract = {
  seal: declare({
    kind: 'command',
    summary: 'Seal the entries of the activity log that are not part of its chain yet',
    requires: 'host',
    recorded: false,
    input: Nothing,
    output: Strict({ sealed: Type.Integer(), more: Type.Boolean() }),
  }),
};

interface Links {
  /** The head that the new links are for; undefined at the first sealing. */
  readonly base: ActivityHeadRow | undefined;
  readonly links: readonly { readonly id: string; readonly sequence: number; readonly hash: string }[];
  readonly head: ActivityHeadRow | undefined;
}

/** `activity.seal`: links what was recorded since to the chain, and signs its new end. */
export function sealOperation(signer: Signer, sealed: SealedPlaces): readonly Operation[] {
  return implement('activity', sealContract, {
    seal: staged({
      // The key may lie in storage, or with a service: no transaction waits for it.
      prepare: async ({ data, systemId, now }) => {
        const found = await linksOf(data, signer, systemId, now);
        assertNotSetBack(found.base, sealed.get(systemId));
        return found;
      },
      run: async ({ data, emit }, _input, { base, links, head }) => {
        if (!head) return { sealed: 0, more: false };
        const present = await data.one(activityHeadModel, { name: HEAD });
        // Another process was faster. What it left over is for the next call.
        if (present?.hash !== base?.hash) return { sealed: 0, more: true };
        for (const { id, sequence, hash } of links) {
          const linked = await data.update(activityModel, { id, sequence: null }, { sequence, hash });
          if (linked !== 1) throw new RmmError('STORAGE_BUSY', 'The activity log changed while it was being sealed');
        }
        await data.put(activityHeadModel, head);
        const { sequence, hash, signature } = head;
        emit('activity.sealed', { sequence, hash, at: isoTime(head.at), signature });
        return { sealed: links.length, more: links.length === BATCH };
      },
    }),
  });
}

/** How far this process saw each System's log sealed. */
export type SealedPlaces = ReadonlyMap<string, ChainPlace>;

/** On top of a log that lost its end nothing is sealed: it would look whole again. @throws RmmError `CONFLICT` */
function assertNotSetBack(base: ActivityHeadRow | undefined, sealed: ChainPlace | undefined): void {
  if (!sealed || (base && base.sequence >= sealed.sequence)) return;
  throw new RmmError(
    'CONFLICT',
    `The activity log ends at entry ${base?.sequence ?? 0}, but was sealed up to ${sealed.sequence}: the database was ` +
      'set back or tampered with under the running server; find out which, then restart the server',
  );
}

async function linksOf(data: Data, signer: Signer, systemId: string, now: number): Promise<Links> {
  const base = await data.one(activityHeadModel, { name: HEAD });
  const pending = await data.find(activityModel, {
    match: { sequence: null },
    order: [{ field: 'at' }, { field: 'id' }],
    limit: BATCH,
  });
  if (pending.length === 0) return { base, links: [], head: undefined };
  let { sequence, hash } = base ?? { sequence: 0, hash: GENESIS };
  const links = pending.map((row) => {
    sequence += 1;
    hash = chainHash(hash, chainContent(row));
    return { id: row.id, sequence, hash };
  });
  const lines = headLines({ sequence, hash, at: isoTime(now) });
  const signature = await signer.sign(systemId, signingBytes('activity', lines.join('\n')));
  return { base, links, head: { name: HEAD, sequence, hash, at: now, signature } };
}
