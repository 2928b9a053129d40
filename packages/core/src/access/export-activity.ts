import type { Static } from 'typebox';
import type { OperationContext } from '../operation/operation.js';
import type { Signer } from '../port/signer.js';
import type { activityContract } from './access-contract.js';
import { chainHead, entryLine, sealLine } from './activity-entry.js';
import { activityHeadModel, activityModel } from './activity-models.js';

type Contract = typeof activityContract.export;

/** A part of the chain, oldest first, and after its end the seal. What is not sealed yet is not exported. */
export async function exportActivity(
  { data, systemId }: OperationContext,
  signer: Signer,
  { after = 0, limit = 1000 }: Static<Contract['input']>,
): Promise<Static<Contract['output']>> {
  // The head first: what it was signed for does not change any more.
  const row = await data.one(activityHeadModel, {});
  if (!row) return { lines: '', next: null, seal: null };
  const seal = { ...chainHead(row), publicKey: await signer.publicKey(systemId) };
  const entries = await data.find(activityModel, {
    where: {
      all: [
        { field: 'sequence', op: 'gt', value: after },
        { field: 'sequence', op: 'lte', value: row.sequence },
      ],
    },
    order: [{ field: 'sequence' }],
    limit,
  });
  const last = entries.at(-1)?.sequence ?? row.sequence;
  const ended = entries.length < limit || last >= row.sequence;
  const lines = entries.map(entryLine);
  return { lines: [...lines, ...(ended ? [sealLine(seal)] : [])].join(''), next: ended ? null : last, seal };
}
