import { CORE_FIELDS } from '../packages/core/src/filter/core-fields.js';
import { FactIndex } from '../packages/core/src/filter/fact-index.js';
import type { Facts } from '../packages/core/src/filter/facts.js';
import { FieldCatalogue } from '../packages/core/src/filter/field-catalogue.js';
import { inGroup } from '../packages/core/src/filter/scoped-filter.js';
import type { PolicyRow, PolicySettings, PolicyTarget } from '../packages/core/src/policy/policy-models.js';
import type { PolicyLevel, PolicyTypeDef } from '../packages/core/src/policy/policy-type.js';
import type { WorldSources } from '../packages/core/src/policy/resolve/policy-resolution.js';
import { BUILT_IN_POLICY_TYPES } from '../packages/core/src/policy/types/built-in-types.js';
import { SeededRandom } from './seeded-random.js';

/** Epoch milliseconds. */
export const POLICY_NOW = Date.UTC(2026, 5, 1);
const PROFILES = 400;
const GROUPS = 500;
const BY_DEFAULT = ['type-server', 'type-workstation', 'type-laptop', 'os-windows', 'os-linux', 'no-antivirus', 'all'];

/** A System with policies. Each device is named by its number. */
export interface PolicyFleet {
  readonly name: string;
  readonly sources: WorldSources;
}

/** How policies and groups are spread over the devices. */
type Spread = Pick<PolicyFleet, 'name'> & {
  /** The groups of device `i`. */
  readonly groups: (random: SeededRandom, i: number) => readonly string[];
  readonly policy: (random: SeededRandom, i: number) => Place;
};

interface Place {
  readonly level: PolicyLevel;
  readonly type: PolicyTypeDef;
  readonly profileId?: string;
  readonly deviceId?: string;
  readonly targets: readonly PolicyTarget[];
}

/** As customers are: Profiles and groups from tiny to large, policies on default filters, on groups and in Profiles. */
export const MIXED: Spread = {
  name: 'mixed',
  groups: (random, i) =>
    Array.from({ length: GROUPS }, (_, group) => group)
      .filter((group) =>
        group < 400 ? i % PROFILES === group && random.chance(0.5) : random.next() < 0.3 ** (group % 8),
      )
      .map((group) => `group-${group}`),
  policy: (random) => {
    const type = random.pick(BUILT_IN_POLICY_TYPES);
    const filter = (): PolicyTarget => ({ kind: 'filter', id: `default-${random.pick(BY_DEFAULT)}` });
    const group = (): PolicyTarget => ({ kind: 'group', id: `group-${400 + random.int(GROUPS - 400)}` });
    if (random.chance(0.3))
      return { level: 'system', type, targets: [filter(), ...(random.chance(0.3) ? [group()] : [])] };
    if (random.chance(0.3)) return { level: 'system', type, targets: [group()] };
    const profile = random.skewed(Array.from({ length: PROFILES }, (_, i) => i));
    if (random.chance(0.1)) return { level: 'device', type, deviceId: String(random.int(100_000)), targets: [] };
    const own: PolicyTarget = { kind: 'group', id: `group-${profile}` };
    return {
      level: 'profile',
      type,
      profileId: `profile-${profile}`,
      targets: random.chance(0.5) ? [own] : [filter()],
    };
  },
};

/** The worst there is: each policy holds a tenth of the devices by chance, so that hardly two devices are alike. */
export function scattered(name: string, types: readonly PolicyTypeDef[]): Spread {
  return {
    name,
    groups: (random) => Array.from({ length: GROUPS }, (_, group) => `group-${group}`).filter(() => random.chance(0.1)),
    policy: (random, i) => ({
      level: 'system',
      type: random.pick(types),
      targets: [{ kind: 'group', id: `group-${i}` }],
    }),
  };
}

export function policyFleet({ name, groups, policy }: Spread, devices: number, policies: number): PolicyFleet {
  const random = new SeededRandom(3);
  const catalogue = new FieldCatalogue(CORE_FIELDS);
  const facts = new FactIndex(catalogue, { now: POLICY_NOW });
  for (let i = 0; i < devices; i++) facts.set(String(i), deviceFacts(random, i, groups(random, i)));
  const known = (id: string) => ({
    row: { id, name: id, kind: 'system-devices', profileId: '' } as const,
    profileIds: [],
  });
  return {
    name,
    sources: {
      catalogue,
      index: {
        facts,
        filters: { get: () => undefined, members: () => undefined },
        groups: {
          get: known,
          plan: inGroup,
          all: () => Array.from({ length: GROUPS }, (_, i) => known(`group-${i}`)),
        },
      },
      types: BUILT_IN_POLICY_TYPES,
      policies: Array.from({ length: policies }, (_, i) => policyRow(random, i, policy(random, i))),
      exceptions: Array.from({ length: policies / 20 }, () => ({
        policyId: `policy-${random.int(policies)}`,
        profileId: `profile-${random.int(PROFILES)}`,
      })),
      monitoringSuspended: Array.from({ length: devices / 100 }, () => String(random.int(devices))),
    },
  };
}

function deviceFacts(random: SeededRandom, i: number, groups: readonly string[]): Facts {
  const profile = i % PROFILES === 0 ? 0 : random.skewed(Array.from({ length: PROFILES }, (_, number) => number));
  return {
    'device.hostname': `PC-${i}`,
    'status.suspended': random.chance(0.01),
    'status.online': random.chance(0.6),
    'security.antivirus': random.chance(0.93),
    'device.type': random.pick(['server', 'workstation', 'laptop', 'laptop']),
    'os.family': random.pick(['windows', 'windows', 'windows', 'linux', 'macos']),
    'profile.id': `profile-${profile}`,
    'profile.name': `Customer ${profile}`,
    'group.id': groups,
    'device.groups': groups,
  };
}

function policyRow(random: SeededRandom, i: number, place: Place): PolicyRow {
  const terms = {
    settings: settingsOf(random, place.type, i),
    targets: place.targets,
    enforced: random.chance(0.15),
    order: random.int(5),
    enabled: random.chance(0.97),
  };
  return {
    id: `policy-${i}`,
    name: `Policy ${i}`,
    description: '',
    type: place.type.name,
    level: place.level,
    profileId: place.profileId ?? '',
    deviceId: place.deviceId ?? '',
    terms,
    deployed: terms,
    createdAt: POLICY_NOW - i * 1000,
    updatedAt: POLICY_NOW,
    deployedAt: POLICY_NOW,
  };
}

/** About half of the fields; of lists up to four items, some of which other policies have too. */
function settingsOf(random: SeededRandom, type: PolicyTypeDef, policy: number): PolicySettings {
  const settings: Record<string, unknown> = {};
  for (const field of Object.keys(type.settings.properties)) {
    if (type.merge?.[field] === 'collect') {
      settings[field] = Array.from({ length: 1 + random.int(4) }, (_, i) => ({
        id: random.chance(0.2) ? `shared-${random.int(50)}` : `${policy}-${i}`,
        kind: random.pick(['cpu', 'memory', 'disk-usage']),
        name: `Monitor ${i} of policy ${policy}`,
        details: { percent: 50 + random.int(50), minutes: 5 },
        alert: { priority: random.pick(['critical', 'high', 'low']), resolveAfterMinutes: 10 },
      }));
    } else if (random.chance(0.5)) {
      settings[field] = random.pick([true, false, 1, 2, 3, 'install', 'notify']);
    }
  }
  return settings;
}
