import { RmmError } from '@rmm/protocol';
import type { Static } from 'typebox';
import type { Access } from '../access/access.js';
import type { Data } from '../data/data.js';
import type { SystemIndex } from '../filter/system-index.js';
import { activeDevices } from '../hierarchy/device-rows.js';
import { notFound } from '../hierarchy/not-found.js';
import { cleanName, withUniqueName } from '../hierarchy/unique-name.js';
import { type Handlers, type OperationContext, staged } from '../operation/operation.js';
import type { Ids } from '../port/ids.js';
import { checkNamedSettings } from './check-named.js';
import type { policiesContract } from './policy-contract.js';
import {
  type PolicyRow,
  type PolicyTarget,
  type PolicyTerms,
  policyExceptionModel,
  policyModel,
} from './policy-models.js';
import { assertLevel, assertReaches, type PolicyPlace, placeOf, TargetRules } from './policy-place.js';
import type { PolicyReader } from './policy-reader.js';
import type { PolicyTypeDef } from './policy-type.js';
import { policyTypeView, policyView } from './policy-view.js';

export type PolicyHandlers = Handlers<typeof policiesContract>;
type CreateInput = Static<typeof policiesContract.create.input>;
type UpdateInput = Static<typeof policiesContract.update.input>;

/** @throws RmmError `NOT_FOUND` */
export async function getPolicy(data: Data, policyId: string): Promise<PolicyRow> {
  const row = await data.one(policyModel, { id: policyId });
  if (!row) throw notFound('policy', policyId);
  return row;
}

export function readingPolicies(reader: PolicyReader): Pick<PolicyHandlers, 'types' | 'list' | 'get'> {
  return {
    types: async () => ({ items: reader.types.map(policyTypeView) }),
    list: async (context, { profileId, deviceId, type }) => {
      const rows = await context.data.find(policyModel, {
        match: type === undefined ? {} : { type },
        order: [{ field: 'name' }],
      });
      const wanted = rows.filter((row) => {
        if (deviceId !== undefined) return row.deviceId === deviceId;
        return row.level === 'system' || (profileId !== undefined && row.profileId === profileId);
      });
      return { items: await views(reader, context, wanted) };
    },
    get: async (context, { policyId }) => {
      const row = await getPolicy(context.data, policyId);
      const [view] = await views(reader, context, [row]);
      if (!view) throw notFound('policy', policyId);
      return view;
    },
  };
}

export function savingPolicies(reader: PolicyReader, ids: Ids): Pick<PolicyHandlers, 'create' | 'update'> {
  // Before the transaction, which must not wait for the index.
  const prepare = ({ systemId }: OperationContext) => reader.facts.open(systemId);
  return {
    create: staged({
      prepare,
      run: async (context: OperationContext, input: CreateInput, index: SystemIndex) => {
        const { data, now, access, emit } = context;
        const model = input.copyOf === undefined ? undefined : await getPolicy(data, input.copyOf);
        const type = policyTypeOf(reader, input.type, model);
        await checkNamedSettings(reader.things, context, type, input.settings ?? model?.terms.settings ?? {});
        const place = placeOf(input);
        assertLevel(type, place.level);
        assertReaches(access, place, input.name);
        if (place.level === 'device') await activeDevices(data, [place.deviceId]);
        const row: PolicyRow = {
          id: ids.next(),
          name: cleanName(input.name),
          description: input.description ?? model?.description ?? '',
          type: type.name,
          ...place,
          terms: await firstTerms(reader, context, place, input, model?.terms),
          deployed: null,
          createdAt: now,
          updatedAt: now,
          deployedAt: null,
        };
        await withUniqueName('policy', row.name, data.insert(policyModel, row));
        emit('policy.changed', { policyId: row.id, change: 'created' });
        return viewIn(reader, index, context, row);
      },
    }),
    update: staged({
      prepare,
      run: async (context: OperationContext, input: UpdateInput, index: SystemIndex) => {
        const { data, now, access, emit } = context;
        const before = await getPolicy(data, input.policyId);
        assertReaches(access, before, before.name);
        const { policyId: _id, name, description, ...changes } = input;
        const row: PolicyRow = {
          ...before,
          ...(name !== undefined && { name: cleanName(name) }),
          ...(description !== undefined && { description }),
          terms: { ...before.terms, ...changes },
          updatedAt: now,
        };
        if (changes.settings) {
          const type = policyTypeOf(reader, before.type, undefined);
          await checkNamedSettings(reader.things, context, type, changes.settings);
        }
        if (changes.targets) await assertTargets(reader, data, before, changes.targets);
        await withUniqueName('policy', row.name, data.put(policyModel, row));
        emit('policy.changed', { policyId: row.id, change: 'updated' });
        return viewIn(reader, index, context, row);
      },
    }),
  };
}

/** @throws RmmError `INVALID_INPUT` */
export function policyTypeOf(
  { types }: PolicyReader,
  name: string | undefined,
  model: PolicyRow | undefined,
): PolicyTypeDef {
  const wanted = name ?? model?.type;
  if (wanted === undefined) throw new RmmError('INVALID_INPUT', 'type is missing; name one, or a policy in copyOf');
  if (model && model.type !== wanted) {
    throw new RmmError('INVALID_INPUT', `type: the other policy is of the type ${model.type}, not ${wanted}`);
  }
  const type = types.find((known) => known.name === wanted);
  if (type) return type;
  const known = types.map((one) => one.name).join(', ');
  throw new RmmError('INVALID_INPUT', `type: there is no policy type "${wanted}" here; there are ${known}`);
}

/** The terms of a new policy: what is given, else those of the policy that it is copied from. */
async function firstTerms(
  reader: PolicyReader,
  { data, access }: OperationContext,
  place: PolicyPlace,
  input: CreateInput,
  copied: PolicyTerms | undefined,
): Promise<PolicyTerms> {
  if (input.targets) await assertTargets(reader, data, place, input.targets);
  return {
    settings: input.settings ?? copied?.settings ?? {},
    targets: input.targets ?? (await fittingTargets(reader, data, access, place, copied?.targets ?? [])),
    enforced: input.enforced ?? copied?.enforced ?? false,
    order: input.order ?? copied?.order ?? 0,
    enabled: input.enabled ?? copied?.enabled ?? true,
  };
}

async function fittingTargets(
  { facts }: PolicyReader,
  data: Data,
  access: Access,
  place: PolicyPlace,
  targets: readonly PolicyTarget[],
): Promise<readonly PolicyTarget[]> {
  const rules = await TargetRules.read(data, facts.catalogue, targets);
  return rules.fitting(place, targets, access);
}

async function assertTargets(
  { facts }: PolicyReader,
  data: Data,
  place: PolicyPlace,
  targets: readonly PolicyTarget[],
): Promise<void> {
  const rules = await TargetRules.read(data, facts.catalogue, targets);
  rules.assertFit(place, targets);
}

async function views(reader: PolicyReader, { data, access, systemId }: OperationContext, rows: readonly PolicyRow[]) {
  const exceptions = await data.find(policyExceptionModel, { match: { policyId: rows.map(({ id }) => id) } });
  const index = await reader.facts.open(systemId);
  const world = reader.worldOf(index, { policies: rows, exceptions, monitoringSuspended: [] });
  return rows.map((row) => policyView(row, world, exceptions, access));
}

/** The view of one policy within a transaction, over an index that was opened before. */
export async function viewIn(
  reader: PolicyReader,
  index: SystemIndex,
  { data, access }: OperationContext,
  row: PolicyRow,
) {
  const exceptions = await data.find(policyExceptionModel, { match: { policyId: row.id } });
  const world = reader.worldOf(index, { policies: [row], exceptions, monitoringSuspended: [] });
  return policyView(row, world, exceptions, access);
}
