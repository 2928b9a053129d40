import { formatEnrolmentToken, RmmError } from '@rmm/protocol';
import type { Static } from 'typebox';
import { directoryRef } from '../access/directory.js';
import { implement, type Operation } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { forgetEnrolments, hashSecret, storeEnrolment, sweepEnrolments } from './enrolment-store.js';
import { type EnrolmentRow, enrolmentModel } from './hierarchy-models.js';
import { isoTime } from './iso-time.js';
import { notFound } from './not-found.js';
import { type EnrolmentView, enrolmentsContract } from './profile-contract.js';

const SECRET_BYTES = 24;
const DAY_MS = 86_400_000;

/** Tokens with which new agents join a Profile. */
export function enrolmentOperations(plugin: PluginContext): readonly Operation[] {
  return implement('enrolments', enrolmentsContract, {
    list: async ({ data, now }, { profileId }) => {
      const rows = await data.find(enrolmentModel, { match: { profileId }, order: [{ field: 'id' }] });
      return { items: rows.filter(({ expiresAt, usesLeft }) => expiresAt > now && usesLeft !== 0).map(view) };
    },
    create: async ({ data, systemId, actor, now }, { profileId, expiresInMs = DAY_MS, uses = null }) => {
      const endpoint = agentEndpoint(plugin);
      const secret = Buffer.from(plugin.ids.random(SECRET_BYTES)).toString('base64url');
      const row: EnrolmentRow = {
        id: plugin.ids.next(),
        profileId,
        secretHash: hashSecret(secret),
        createdAt: now,
        createdBy: await plugin.use(directoryRef).nameOf(actor),
        expiresAt: now + expiresInMs,
        usesLeft: uses,
        used: 0,
      };
      await sweepEnrolments(data, now);
      await storeEnrolment(data, row);
      const systemKey = await plugin.signer.publicKey(systemId);
      const token = formatEnrolmentToken({ ...endpoint, systemKey, id: row.id, secret });
      return { ...view(row), token, command: `rmm-agent run --token ${token}` };
    },
    revoke: async ({ data }, { profileId, enrolmentId }) => {
      if (!(await data.one(enrolmentModel, { id: enrolmentId, profileId }))) {
        throw notFound('enrolment token', enrolmentId);
      }
      await forgetEnrolments(data, [enrolmentId]);
      return {};
    },
  });
}

function agentEndpoint({ transport }: PluginContext) {
  if (transport) return transport.endpoint();
  throw new RmmError(
    'INVALID_INPUT',
    'No agent can join: this server has no agent transport. Give createRmm a `transport`, as of @rmm/adapters-websocket',
  );
}

function view({ createdAt, expiresAt, ...row }: EnrolmentRow): Static<typeof EnrolmentView> {
  const { id, profileId, createdBy, usesLeft, used } = row;
  return { id, profileId, createdAt: isoTime(createdAt), createdBy, expiresAt: isoTime(expiresAt), usesLeft, used };
}
