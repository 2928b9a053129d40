import { createHash, timingSafeEqual } from 'node:crypto';
import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { type EnrolmentRow, enrolmentDirectoryModel, enrolmentModel } from './hierarchy-models.js';

/** Expired tokens are told apart from unknown ones for so long. */
const REMEMBERED_MS = 30 * 86_400_000;

/** Only the hash of a token's secret is stored. The secret is random, so a plain hash is enough. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

export async function storeEnrolment(data: Data, row: EnrolmentRow): Promise<void> {
  await data.insert(enrolmentModel, row);
  await data.insert(enrolmentDirectoryModel, { enrolmentId: row.id, ofSystem: data.systemId });
}

export async function forgetEnrolments(data: Data, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await data.remove(enrolmentModel, { id: ids });
  await data.remove(enrolmentDirectoryModel, { enrolmentId: ids, ofSystem: data.systemId });
}

/** Forgets the System's tokens that expired long ago. */
export async function sweepEnrolments(data: Data, now: number): Promise<void> {
  const where = { field: 'expiresAt', op: 'lt', value: now - REMEMBERED_MS } as const;
  const old = await data.find(enrolmentModel, { where, fields: ['id'] });
  await forgetEnrolments(
    data,
    old.map(({ id }) => id),
  );
}

/** The System of a token, of which the new agent knows only the id. @throws RmmError `ENROLMENT_TOKEN_INVALID` */
export async function systemOfEnrolment(data: Data, enrolmentId: string): Promise<string> {
  const entry = await data.one(enrolmentDirectoryModel, { enrolmentId });
  if (!entry) throw invalid();
  return entry.ofSystem;
}

/**
 * Uses a token up by one and tells the Profile that it admits to. Must run in the transaction that makes the device, so
 * that a token for one device admits one, however many ask at the same time.
 * @throws RmmError `ENROLMENT_TOKEN_INVALID`, `ENROLMENT_TOKEN_EXPIRED`
 */
export async function redeemEnrolment(
  data: Data,
  token: { readonly id: string; readonly secret: string },
  now: number,
): Promise<{ profileId: string }> {
  const row = await data.one(enrolmentModel, { id: token.id });
  if (!row || !equal(hashSecret(token.secret), row.secretHash)) throw invalid();
  if (row.expiresAt <= now) throw expired('The enrolment token has expired; make a new one in the Profile');
  if (row.usesLeft === 0) {
    throw expired('The enrolment token is used up: it admitted as many devices as it was made for; make a new one');
  }
  const usesLeft = row.usesLeft === null ? null : row.usesLeft - 1;
  await data.update(enrolmentModel, { id: row.id }, { usesLeft, used: row.used + 1 });
  return { profileId: row.profileId };
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const invalid = () =>
  new RmmError('ENROLMENT_TOKEN_INVALID', 'The enrolment token is unknown or was revoked; make a new one in the Profile');
const expired = (message: string) => new RmmError('ENROLMENT_TOKEN_EXPIRED', message);
