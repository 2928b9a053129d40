import type { Data } from '../data/data.js';
import { filterModel } from '../filter/filter-models.js';
import { type DeviceRow, deviceModel } from '../hierarchy/device-model.js';
import { groupMemberModel, groupModel } from '../hierarchy/hierarchy-models.js';
import {
  devicePolicyModel,
  type PolicyRow,
  type PolicyTarget,
  type PolicyTerms,
  policyExceptionModel,
  policyModel,
} from '../policy/policy-models.js';
import { TAGS, tagged } from './sim-policies.js';

type Document = Record<string, Record<string, unknown>>;
type Deployed = Omit<PolicyRow, 'deployed'> & { readonly deployed: PolicyTerms };

/** What each active device is to obey, worked out from the stored rows in the plainest way. */
export async function expectedDocuments(data: Data): Promise<ReadonlyMap<string, Document>> {
  const devices = await data.find(deviceModel, { match: { state: 'active' } });
  const policies = (await data.find(policyModel)).filter((row): row is Deployed => row.deployed?.enabled === true);
  const exceptions = await data.find(policyExceptionModel);
  const monitoring = await data.find(devicePolicyModel, { match: { monitoringSuspended: true } });
  const holds = await targetsOf(data);
  const expected = new Map<string, Document>();
  for (const device of devices) {
    const isOff = ({ id }: Deployed) =>
      exceptions.some(({ policyId, profileId }) => policyId === id && profileId === device.profileId);
    const mine = policies.filter((policy) => {
      if (isOff(policy)) return false;
      if (policy.level === 'device') return policy.deviceId === device.id;
      if (policy.level === 'profile' && policy.profileId !== device.profileId) return false;
      return policy.deployed.targets.some((target) => holds(target, device));
    });
    const document = merged(mine.sort(inRank));
    if (monitoring.some(({ deviceId }) => deviceId === device.id)) delete document.monitoring;
    expected.set(device.id, document);
  }
  return expected;
}

async function targetsOf(data: Data): Promise<(target: PolicyTarget, device: DeviceRow) => boolean> {
  const filters = await data.find(filterModel);
  const groups = await data.find(groupModel);
  const members = await data.find(groupMemberModel);
  return ({ kind, id }, device) => {
    if (id === 'default-all') return true;
    if (id === 'default-online') return device.online;
    if (kind === 'filter') {
      const filter = filters.find((row) => row.id === id);
      const tag = TAGS.find((one) => JSON.stringify(filter?.filter) === JSON.stringify(tagged(one)));
      const isPlaced = filter?.profileId === '' || filter?.profileId === device.profileId;
      return isPlaced && tag !== undefined && device.tags.includes(tag);
    }
    const group = groups.find((row) => row.id === id);
    const memberId = group?.kind === 'system-profiles' ? device.profileId : device.id;
    return members.some((row) => row.groupId === id && row.memberId === memberId);
  };
}

const DEPTHS = ['system', 'profile', 'device'];

/** Enforced from the top down, then the others from the bottom up. */
function inRank(a: Deployed, b: Deployed): number {
  if (a.deployed.enforced !== b.deployed.enforced) return a.deployed.enforced ? -1 : 1;
  const down = DEPTHS.indexOf(a.level) - DEPTHS.indexOf(b.level);
  if (down !== 0) return a.deployed.enforced ? down : -down;
  if (a.deployed.order !== b.deployed.order) return a.deployed.order - b.deployed.order;
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}

function merged(policies: readonly Deployed[]): Document {
  const document: Document = {};
  for (const { type, deployed } of policies) {
    for (const [field, value] of Object.entries(deployed.settings)) {
      document[type] ??= {};
      const settings = document[type];
      if (field !== 'monitors') settings[field] ??= value;
      else settings[field] = withMonitors(settings[field], value);
    }
  }
  return document;
}

function withMonitors(known: unknown, more: unknown): unknown {
  const first = (known ?? []) as { id: string }[];
  return [...first, ...(more as { id: string }[]).filter(({ id }) => !first.some((monitor) => monitor.id === id))];
}
