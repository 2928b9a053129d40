import { canonicalJson } from '@rmm/protocol';
import type { Static } from 'typebox';
import { isoTime } from '../hierarchy/iso-time.js';
import type { SealedEntry } from './access-contract.js';
import type { ChainHead } from './activity-chain.js';
import type { ActivityHeadRow, ActivityRow } from './activity-models.js';

type Entry = Static<typeof SealedEntry>;

/** What the chain protects of an entry; changing its form breaks every log that was sealed before. */
export function chainContent(row: ActivityRow): Omit<Entry, 'sequence' | 'hash'> {
  const { id, at, actorKind, actorId, actorName, roleName, operation, summary, outcome, deviceIds, input } = row;
  return {
    id,
    at: isoTime(at),
    actorKind,
    actorId,
    actorName,
    roleName,
    operation,
    summary,
    outcome,
    deviceIds: [...deviceIds],
    input,
  };
}

export function activityEntry(row: ActivityRow): Entry {
  return { ...chainContent(row), sequence: row.sequence, hash: row.hash };
}

/** A line of an exported log. */
export const entryLine = (row: ActivityRow): string => `${canonicalJson(activityEntry(row))}\n`;

/** The last line of an exported log. */
export const sealLine = (seal: ChainHead & { readonly publicKey: string }): string => `${canonicalJson({ seal })}\n`;

export function chainHead({ sequence, hash, at, signature }: ActivityHeadRow): ChainHead {
  return { sequence, hash, at: isoTime(at), signature };
}
