import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PermissionDef } from '../plugin/plugin.js';
import { LEVELS } from './access-contract.js';
import type { PermissionSetting } from './access-models.js';
import { CORE_PERMISSIONS } from './core-permissions.js';
import { type Decision, type Grants, PermissionTree } from './permission-tree.js';

const def = (name: string, parent?: string): PermissionDef => ({
  name,
  label: name,
  description: name,
  ...(parent !== undefined && { parent }),
});

/** Permissions `p0`, `p1`, …: each below none or one of those before it, in any order. */
const trees = fc.array(fc.option(fc.nat(), { nil: undefined }), { minLength: 1, maxLength: 25 }).chain((parents) =>
  fc.shuffledSubarray(
    parents.map((parent, at) => def(`p${at}`, at === 0 || parent === undefined ? undefined : `p${parent % at}`)),
    { minLength: parents.length },
  ),
);
const settings = fc.dictionary(
  fc.nat({ max: 30 }).map((number) => `p${number}`),
  fc.constantFrom(...LEVELS),
);
const role = (permissions: Readonly<Record<string, PermissionSetting>>, builtIn = false): Grants => ({
  builtIn,
  permissions,
});

/** The same, as one would say it. */
function expected(
  defs: readonly PermissionDef[],
  permissions: Readonly<Record<string, PermissionSetting>>,
  name: string,
): Decision {
  const own = defs.find((one) => one.name === name);
  if (!own) return { level: 'disabled', by: undefined };
  const set = permissions[name];
  if (set) return { level: set, by: name };
  return own.parent === undefined ? { level: 'disabled', by: undefined } : expected(defs, permissions, own.parent);
}

describe('a permission has', () => {
  test('the nearest setting up its chain, in any tree', () => {
    fc.assert(
      fc.property(trees, settings, (defs, permissions) => {
        const tree = new PermissionTree(defs);
        for (const { name } of [...defs, def('p99')]) {
          expect(tree.decide(role(permissions), name)).toEqual(expected(defs, permissions, name));
        }
        expect(Object.keys(tree.levels(role(permissions)))).toEqual(defs.map(({ name }) => name));
      }),
    );
  });

  test('the level manage in the built-in role, whatever it names', () => {
    fc.assert(
      fc.property(trees, settings, (defs, permissions) => {
        const tree = new PermissionTree(defs);
        expect(new Set(Object.values(tree.levels(role(permissions, true))))).toEqual(new Set(['manage']));
      }),
    );
  });

  test('nothing from what objects are made of', () => {
    const tree = new PermissionTree([def('constructor'), def('toString', 'constructor')]);
    expect(tree.levels(role({}))).toEqual({ constructor: 'disabled', toString: 'disabled' });
  });
});

describe('a tree', () => {
  test.each([
    ['a parent that nobody declares', [def('a', 'nowhere')], 'nowhere'],
    ['a permission above itself', [def('a', 'a')], 'a → a'],
    ['a ring', [def('a', 'b'), def('b', 'c'), def('c', 'a')], 'a → b → c → a'],
    ['a ring further up', [def('x', 'a'), def('a', 'b'), def('b', 'a')], 'a → b → a'],
    ['the name of the built-in role', [def('accountadmin')], 'accountadmin'],
  ])('with %s is refused', (_, defs, named) => {
    expect(() => new PermissionTree(defs)).toThrow(
      expect.objectContaining({ code: 'PLUGIN_INVALID', message: expect.stringContaining(named) }),
    );
  });

  test('is what core has', () => {
    const tree = new PermissionTree(CORE_PERMISSIONS);
    expect(tree.levels(role({ profiles: 'view', policies: 'manage', filters: 'disabled' }))).toMatchObject({
      profiles: 'view',
      devices: 'view',
      'profiles.settings': 'view',
      policies: 'manage',
      filters: 'disabled',
      system: 'disabled',
    });
  });
});
