import type { Static } from 'typebox';
import type { OperationContext } from '../operation/operation.js';
import type { Signer } from '../port/signer.js';
import type { activityContract } from './access-contract.js';
import { ChainCheck, type ChainFault, type ChainPlace } from './activity-chain.js';
import { chainContent, chainHead } from './activity-entry.js';
import { type ActivityHeadRow, activityHeadModel, activityModel, featureOf } from './activity-models.js';

type Contract = typeof activityContract.verify;

const PAGE = 500;

/** Reads the whole chain, a page at a time, and holds it against its signed end. */
export async function verifyActivity(
  context: OperationContext,
  signer: Signer,
  anchor: ChainPlace | undefined,
): Promise<Static<Contract['output']>> {
  const { data, systemId, signal } = context;
  const check = new ChainCheck({ anchor });
  let head: ActivityHeadRow | undefined;
  // The log may be sealed further while it is read: then what came is read too.
  do {
    signal.throwIfAborted();
    head = await data.one(activityHeadModel, {});
  } while (await readOn(context, check, head));
  if (!check.fault) check.end(head && chainHead(head), await signer.publicKey(systemId));
  const fault = check.fault ?? (await entryBeforeTheFirst(context));
  const pending = await data.count(activityModel, { sequence: null });
  return { intact: !fault, entries: check.entries, pending, fault: fault ?? null };
}

/** Shown like any other, and reached by no reading from 1 on. */
async function entryBeforeTheFirst({ data }: OperationContext): Promise<ChainFault | undefined> {
  const [row] = await data.find(activityModel, { where: { field: 'sequence', op: 'lt', value: 1 }, limit: 1 });
  return row && { sequence: row.sequence ?? 0, reason: 'the entry was put in before the first one' };
}

/** @returns whether the chain goes on behind `head` because it was sealed meanwhile */
async function readOn(
  { data, signal }: OperationContext,
  check: ChainCheck,
  head: ActivityHeadRow | undefined,
): Promise<boolean> {
  for (;;) {
    signal.throwIfAborted();
    const rows = await data.find(activityModel, {
      where: { field: 'sequence', op: 'gt', value: check.last.sequence },
      order: [{ field: 'sequence' }],
      limit: PAGE,
    });
    for (const row of rows) {
      if (!check.add(chainContent(row), row.sequence, row.hash)) return false;
      if (row.feature === featureOf(row.operation)) continue;
      check.fault = { sequence: row.sequence ?? 0, reason: 'the entry is filed where nobody finds it' };
      return false;
    }
    if (rows.length < PAGE) break;
  }
  if (check.last.sequence <= (head?.sequence ?? 0)) return false;
  const present = await data.one(activityHeadModel, {});
  return present !== undefined && present.sequence > (head?.sequence ?? 0);
}
