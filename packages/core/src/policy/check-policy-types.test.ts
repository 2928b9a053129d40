import { sqliteStorage } from '@rmm/adapters-sqlite';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { createRmm } from '../create-rmm.js';
import { definePlugin } from '../plugin/plugin.js';
import { checkPolicyTypes } from './check-policy-types.js';
import type { PolicyTypeDef } from './policy-type.js';
import { BUILT_IN_POLICY_TYPES } from './types/built-in-types.js';

const strict = { additionalProperties: false };
const type = (over: Partial<PolicyTypeDef> = {}): PolicyTypeDef => ({
  name: 'browser',
  label: 'Browser',
  description: 'Start page and extensions',
  settings: Type.Object(
    { page: Type.Optional(Type.String()), extensions: Type.Optional(Type.Array(Type.String())) },
    strict,
  ),
  merge: { extensions: 'collect' },
  ...over,
});

test('the built-in types, and one like them, are in order', () => {
  expect(() => checkPolicyTypes([...BUILT_IN_POLICY_TYPES, type(), type({ suspendable: 'extensions' })])).not.toThrow();
});

test.each([
  ['a malformed name', type({ name: 'My Browser' }), /lower-case words/],
  ['a name that is too long', type({ name: 'x'.repeat(65) }), /64/],
  ['no label', type({ label: ' ' }), /label/],
  ['no levels', type({ levels: [] }), /levels/],
  ['unknown levels', type({ levels: ['world' as 'system'] }), /levels/],
  ['settings that take unknown fields', type({ settings: Type.Object({}) }), /additionalProperties/],
  ['a field that must be there', type({ settings: Type.Object({ page: Type.String() }, strict) }), /"page" must be/],
  [
    'a default',
    type({ settings: Type.Object({ page: Type.Optional(Type.String({ default: 'x' })) }, strict), merge: {} }),
    /"page" must have no default/,
  ],
  ['a merge of nothing', type({ merge: { bookmarks: 'collect' } }), /"bookmarks", which its settings do not have/],
  ['a collection of what is no list', type({ merge: { page: 'collect' } }), /"page" to collect must be an array/],
  ['a merge of another kind', type({ merge: { page: 'sum' as 'collect' } }), /"override" or "collect"/],
  ['nothing to suspend', type({ suspendable: 'monitors' }), /suspendable field "monitors"/],
  [
    'what is no schema',
    type({ settings: Type.Object({ page: Type.Optional(Type.String({ format: 'nonsense' })) }, strict), merge: {} }),
    /no valid schema: .*nonsense/,
  ],
])('refuses %s', (_, wrong, message) => {
  expect(() => checkPolicyTypes([wrong])).toThrow(
    expect.objectContaining({ code: 'PLUGIN_INVALID', message: expect.stringMatching(message) }),
  );
});

test('a server does not start with such a type, nor with two of one name', async () => {
  const plugin = (...policyTypes: PolicyTypeDef[]) =>
    definePlugin({ id: 'stranger', compat: '*', policyTypes, setup: () => ({}) });
  const make = (...types: PolicyTypeDef[]) =>
    createRmm({ storage: sqliteStorage({ memory: true }), masterKey: new Uint8Array(32), plugins: [plugin(...types)] });
  await expect(make(type({ label: '' }))).rejects.toMatchObject({ code: 'PLUGIN_INVALID' });
  await expect(make(type({ name: 'agent' }))).rejects.toMatchObject({ code: 'PLUGIN_INVALID' });
});
