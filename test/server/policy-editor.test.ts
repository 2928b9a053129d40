import { sqliteStorage } from '@rmm/adapters-sqlite';
import { testRmm } from '@rmm/core/testing';
import { expect, test } from 'vitest';
import { checkItem } from '../../packages/adapters-console/src/policies/model/check-settings.js';
import { describeItem } from '../../packages/adapters-console/src/policies/model/describe-setting.js';
import { readSchema } from '../../packages/adapters-console/src/policies/model/read-schema.js';
import { fieldsWith, type SettingField } from '../../packages/adapters-console/src/policies/model/setting-field.js';

/** The fields that the console makes of the types as the server tells them. */
async function fieldsByType(): Promise<ReadonlyMap<string, readonly SettingField[]>> {
  await using server = await testRmm({ storage: sqliteStorage({ memory: true }) });
  const host = await server.system();
  const { items } = await server.rmm.as(host).policies.types();
  return new Map(items.map(({ name, settings }) => [name, readSchema(JSON.parse(JSON.stringify(settings)))]));
}

test('the console has a form for every setting of the guide’s five types, and knows what they ask for', async () => {
  const types = await fieldsByType();
  expect([...types.keys()]).toEqual(['agent', 'monitoring', 'patch-management', 'power', 'windows-update']);
  for (const [name, fields] of types) {
    expect(fields.length, name).toBeGreaterThan(0);
    expect(fields.filter(({ kind }) => kind === 'json')).toEqual([]);
  }
  const criteria = types.get('patch-management')?.find(({ name }) => name === 'criteria');
  const lines =
    criteria?.kind === 'group' ? criteria.variants[0]?.fields.find(({ name }) => name === 'lines') : undefined;
  const [variant] = lines?.kind === 'items' ? lines.variants : [];
  if (lines?.kind !== 'items' || !variant) throw new Error('criteria are no list of objects');
  const term = (field: string) => fieldsWith(variant, { field }).find(({ name }) => name === 'term')?.kind;
  expect(['title', 'ageDays', 'severity', 'restartNeeded'].map(term)).toEqual(['text', 'number', 'choice', 'switch']);
  const line = { field: 'severity', condition: 'atLeast', term: 'important' };
  expect(checkItem(lines.variants, line).size).toBe(0);
  expect(checkItem(lines.variants, { ...line, condition: 'contains' })).toEqual(
    new Map([['/condition', 'Choose one.']]),
  );
  expect(describeItem(lines, line)).toBe('Severity at least important');
});
