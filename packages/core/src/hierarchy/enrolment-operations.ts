import { createHash, timingSafeEqual } from 'node:crypto';
import { formatEnrolmentToken, RmmError } from '@rmm/protocol';
import type { Static } from 'typebox';
import { assertReach } from '../access/assert-reach.js';
import { directoryRef } from '../access/directory.js';
import { implement, type Operation, type OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { getProfile } from './get-profile.js';
import { type EnrolmentRow, enrolmentModel } from './hierarchy-models.js';
import { isoTime } from './iso-time.js';
import { notFound } from './not-found.js';
import { type EnrolmentView, enrolmentsContract } from './profile-contract.js';

const SECRET_BYTES = 24;
const DAY_MS = 86_400_000;
/** Expired tokens are told apart from unknown ones for so long. */
const REMEMBERED_MS = 30 * DAY_MS;

/** Tokens with which new agents join a Profile. */
export function enrolmentOperations(plugin: PluginContext): readonly Operation[] {
  return implement('enrolments', enrolmentsContract, {
    list: async ({ data, now, access }, { profileId }) => {
      assertReach(access, profileId, 'a token');
      const rows = await data.find(enrolmentModel, { match: { profileId }, order: [{ field: 'id' }] });
      return { items: rows.filter(({ expiresAt, usesLeft }) => expiresAt > now && usesLeft !== 0).map(view) };
    },
    create: async ({ data, systemId, actor, now, access }, { profileId, expiresInMs = DAY_MS, uses = null }) => {
      assertReach(access, profileId, 'a token');
      const endpoint = agentEndpoint(plugin);
      const secret = Buffer.from(plugin.ids.random(SECRET_BYTES)).toString('base64url');
      const row: EnrolmentRow = {
        id: plugin.ids.next(),
        profileId,
        secretHash: hash(secret).toString('base64url'),
        createdAt: now,
        createdBy: await plugin.use(directoryRef).nameOf(actor),
        expiresAt: now + expiresInMs,
        usesLeft: uses,
        used: 0,
      };
      await data.remove(enrolmentModel, {}, { field: 'expiresAt', op: 'lt', value: now - REMEMBERED_MS });
      await data.insert(enrolmentModel, row);
      const systemKey = await plugin.signer.publicKey(systemId);
      const token = formatEnrolmentToken({ ...endpoint, systemKey, id: `${systemId}.${row.id}`, secret });
      const { proxy } = await getProfile(data, profileId);
      const through = proxy ? ` --proxy http://${proxy.host}:${proxy.port}` : '';
      return { ...view(row), token, command: `rmm-agent run --token ${token}${through}` };
    },
    revoke: async ({ data, access }, { profileId, enrolmentId }) => {
      assertReach(access, profileId, 'a token');
      const removed = await data.remove(enrolmentModel, { id: enrolmentId, profileId });
      if (removed === 0) throw notFound('enrolment token', enrolmentId);
      return {};
    },
  });
}

/**
 * Uses a token up by one and tells the Profile that it admits to. Must run in the transaction that makes the device, so
 * that a token for one device admits one, however many ask at the same time.
 * @throws RmmError `ENROLMENT_TOKEN_INVALID`, `ENROLMENT_TOKEN_EXPIRED`
 */
export async function redeemEnrolment(
  { data, now }: Pick<OperationContext, 'data' | 'now'>,
  enrolmentId: string,
  secret: string,
): Promise<{ profileId: string }> {
  const row = await data.one(enrolmentModel, { id: enrolmentId });
  if (!row || !isSecretOf(row, secret)) {
    throw new RmmError(
      'ENROLMENT_TOKEN_INVALID',
      'The enrolment token is unknown or was revoked; make a new one in the Profile',
    );
  }
  if (row.expiresAt <= now) throw expired('The enrolment token has expired; make a new one in the Profile');
  if (row.usesLeft === 0) {
    throw expired('The enrolment token has admitted as many devices as it was made for; make a new one in the Profile');
  }
  const usesLeft = row.usesLeft === null ? null : row.usesLeft - 1;
  await data.update(enrolmentModel, { id: row.id }, { usesLeft, used: row.used + 1 });
  return { profileId: row.profileId };
}

/** Only the secret's hash is stored; the secret is random, so a plain hash is enough. */
const hash = (secret: string): Buffer => createHash('sha256').update(secret).digest();

function isSecretOf({ secretHash }: EnrolmentRow, secret: string): boolean {
  const stored = Buffer.from(secretHash, 'base64url');
  const given = hash(secret);
  return stored.length === given.length && timingSafeEqual(stored, given);
}

const expired = (message: string) => new RmmError('ENROLMENT_TOKEN_EXPIRED', message);

function agentEndpoint({ transport }: PluginContext) {
  if (transport) return transport.endpoint();
  throw new RmmError(
    'INVALID_INPUT',
    'No agent can join: this server has no agent transport. Give createRmm a `transport`, as of @rmm/adapters-websocket',
  );
}

function view(row: EnrolmentRow): Static<typeof EnrolmentView> {
  const { id, profileId, createdAt, createdBy, expiresAt, usesLeft, used } = row;
  return { id, profileId, createdAt: isoTime(createdAt), createdBy, expiresAt: isoTime(expiresAt), usesLeft, used };
}
