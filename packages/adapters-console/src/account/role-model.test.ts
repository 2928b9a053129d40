import type { Filter, Group, Permission, Profile, Role } from '@rmm/client';
import { describe, expect, test } from 'vitest';
import { allAt, describeLevels, levelIn, permissionRows } from './permission-tree.js';
import { changesOf, draftOf, NO_DEVICES } from './role-draft.js';
import { idsOf, visibilityKinds, withIds } from './visibility-kinds.js';
import { describeVisibility } from './visibility-words.js';
import { visibleFilter } from './visible-filter.js';

const permission = (name: string, parent?: string): Permission => ({
  name,
  label: name.toUpperCase(),
  description: '',
  ...(parent && { parent }),
});
const PERMISSIONS = [
  permission('jobs'),
  permission('profiles'),
  permission('audits', 'profiles'),
  permission('devices', 'profiles'),
];
const role: Role = {
  id: 'r1',
  name: 'Helpdesk',
  description: '',
  builtIn: false,
  permissions: { profiles: 'view', devices: 'manage' },
  levels: { jobs: 'disabled', profiles: 'view', audits: 'view', devices: 'manage' },
  visibility: { include: { profiles: ['p1', 'p2'], groups: [], filters: [] }, exclude: NO_DEVICES },
  tools: ['vnc', 'rdp'],
  members: 1,
  memberIds: ['u1'],
};

describe('permissions', () => {
  test('tabs stand below their area', () => {
    expect(permissionRows(PERMISSIONS).map(({ name, depth }) => [name, depth])).toEqual([
      ['jobs', 0],
      ['profiles', 0],
      ['audits', 1],
      ['devices', 1],
    ]);
  });

  test('a tab without a level of its own has its area’s; an area without one is disabled', () => {
    const level = (name: string) => levelIn(role.permissions, PERMISSIONS, name);
    expect([level('profiles'), level('audits'), level('devices'), level('jobs')]).toEqual([
      'view',
      'view',
      'manage',
      'disabled',
    ]);
  });

  test.each([
    [role.levels, 'Manages DEVICES; views PROFILES'],
    [{ profiles: 'manage', devices: 'manage', audits: 'disabled' } as const, 'Manages PROFILES; without AUDITS'],
    [{}, 'Nothing'],
    [{ jobs: 'manage', profiles: 'manage', audits: 'manage', devices: 'manage' } as const, 'Everything'],
  ])('%o is told in few words', (levels, words) => {
    expect(describeLevels(levels, PERMISSIONS)).toBe(words);
  });
});

describe('the draft of a role', () => {
  const draft = draftOf(role);

  test('sends nothing while nothing differs, whatever the order of its ids', () => {
    expect(changesOf(role, draft, PERMISSIONS)).toBeUndefined();
    const same = {
      ...draft,
      tools: [...draft.tools].reverse(),
      permissions: { ...draft.permissions, jobs: 'disabled' },
    };
    expect(changesOf(role, same as typeof draft, PERMISSIONS)).toBeUndefined();
  });

  test('sends what differs, and no more', () => {
    const changed = { ...draft, name: ' Desk ', tools: ['vnc'] as const, memberIds: [] };
    expect(changesOf(role, changed, PERMISSIONS)).toEqual({ name: 'Desk', tools: ['vnc'], memberIds: [] });
    expect(changesOf(role, { ...draft, permissions: allAt(PERMISSIONS, 'manage') }, PERMISSIONS)).toEqual({
      permissions: { jobs: 'manage', profiles: 'manage' },
    });
  });

  test('a tab with the same level as its area differs from one without a level', () => {
    const fixed = { ...draft, permissions: { ...draft.permissions, audits: 'view' as const } };
    expect(changesOf(role, fixed, PERMISSIONS)?.permissions).toEqual({
      profiles: 'view',
      audits: 'view',
      devices: 'manage',
    });
  });

  test('everything is not the same as nothing included', () => {
    expect(changesOf(role, { ...draft, everything: true }, PERMISSIONS)).toEqual({
      visibility: { include: null, exclude: NO_DEVICES },
    });
    expect(changesOf(role, { ...draft, include: NO_DEVICES }, PERMISSIONS)).toEqual({
      visibility: { include: NO_DEVICES, exclude: NO_DEVICES },
    });
  });
});

test.each([
  [{ include: null, exclude: NO_DEVICES }, 'Everything'],
  [{ include: NO_DEVICES, exclude: NO_DEVICES }, 'No devices'],
  [
    {
      include: { profiles: ['1', '2', '3'], groups: [], filters: ['a', 'b'] },
      exclude: { ...NO_DEVICES, groups: ['g'] },
    },
    '3 Profiles, 2 filters, without 1 group',
  ],
])('visibility %# is told as “%s”', (visibility, words) => {
  expect(describeVisibility(visibility)).toBe(words);
});

describe('what a role can be made of', () => {
  const all = { all: [] };
  const things = {
    profiles: [
      { id: 'p1', name: 'Shop', devices: { total: 2 } },
      { id: 'p2', name: 'Clinic', devices: { total: 1234 } },
    ] as unknown as Profile[],
    groups: [{ id: 'g', kind: 'profile-devices', name: 'Tills', profileId: 'p1', members: 3 }] as Group[],
    filters: [
      { id: 'default-all', name: 'All devices', builtIn: true, profileId: null, filter: all, devices: 9 },
      { id: 'own', name: 'Old ones', builtIn: false, profileId: null, filter: all, devices: 4 },
      { id: 'shop', name: 'Windows', builtIn: false, profileId: 'p1', filter: all, devices: 1 },
      { id: 'clinic', name: 'Windows', builtIn: false, profileId: 'p2', filter: all, devices: 2 },
      { id: 'mine', name: 'Mine', filter: { none: [{ field: 'device.favourite', condition: 'isTrue' }] } },
    ] as unknown as Filter[],
  };
  const kinds = visibilityKinds(things);
  const kind = (id: string) => kinds.find((one) => one.id === id) as (typeof kinds)[number];

  test('what lies in a Profile stands below its name, and bears it once chosen', () => {
    expect(kind('profile-filters').options).toEqual([
      { value: 'clinic', label: 'Windows', group: 'Clinic', chip: 'Clinic: Windows', tally: '2' },
      { value: 'shop', label: 'Windows', group: 'Shop', chip: 'Shop: Windows', tally: '1' },
    ]);
    expect(kind('profile-devices').options).toMatchObject([{ label: 'Tills', group: 'Shop', chip: 'Shop: Tills' }]);
    expect(kind('profiles').options.map(({ tally }) => tally)).toEqual(['1,234', '2']);
  });

  test('filters of favourites are not offered, as nobody’s count', () => {
    expect(kind('filters').options.map(({ value, group }) => [value, group])).toEqual([
      ['default-all', 'Default filters'],
      ['own', 'System filters'],
    ]);
    const include = { ...NO_DEVICES, filters: ['mine'] };
    const known = { ...things, profilesOf: new Map() };
    expect(visibleFilter({ include, exclude: NO_DEVICES }, known)).toEqual({ all: [{ any: [] }, { none: [] }] });
  });

  test('one kind is changed without the others of its set', () => {
    const chosen = { ...NO_DEVICES, filters: ['own', 'shop', 'gone'] };
    expect(idsOf(kind('filters'), chosen)).toEqual(['own', 'gone']);
    expect(idsOf(kind('profile-filters'), chosen)).toEqual(['shop']);
    expect(withIds(kind('profile-filters'), chosen, ['clinic']).filters).toEqual(['own', 'gone', 'clinic']);
    expect(withIds(kind('filters'), chosen, []).filters).toEqual(['shop']);
  });
});

test('visible devices as a filter: Profiles, groups of devices and of Profiles, filters within their scope', () => {
  const windows = { field: 'os.family', condition: 'equals', term: 'windows' } as const;
  const inProfile = (id: string) => ({ field: 'profile.id', condition: 'equals', term: id });
  const known = {
    filters: [
      { id: 'f', filter: windows, scope: ['p9'], profileId: null },
      { id: 'ofProfile', filter: windows, scope: null, profileId: 'p7' },
    ] as unknown as Filter[],
    groups: [
      { id: 'devices', kind: 'system-devices' },
      { id: 'offices', kind: 'system-profiles' },
    ] as Group[],
    profilesOf: new Map([['offices', ['p2', 'p3']]]),
  };
  const visibility = {
    include: { profiles: ['p1'], groups: ['offices', 'gone'], filters: ['f'] },
    exclude: { ...NO_DEVICES, groups: ['devices'], filters: ['ofProfile'] },
  };
  expect(visibleFilter(visibility, known)).toEqual({
    all: [
      {
        any: [
          inProfile('p1'),
          { any: [inProfile('p2'), inProfile('p3')] },
          { all: [{ any: [inProfile('p9')] }, windows] },
        ],
      },
      {
        none: [
          { field: 'group.id', condition: 'equals', term: 'devices' },
          { all: [{ any: [inProfile('p7')] }, windows] },
        ],
      },
    ],
  });
  expect(visibleFilter({ include: null, exclude: NO_DEVICES }, known)).toEqual({ all: [{ none: [] }] });
});
