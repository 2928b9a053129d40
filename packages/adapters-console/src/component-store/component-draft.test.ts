import type { ComponentVariable } from '@rmm/client';
import { expect, test } from 'vitest';
import { initialValues, missingVariables } from '../jobs/variable-values.js';
import { draftOf, inputOf, newVariable } from './component-draft.js';

const variables: ComponentVariable[] = [
  { name: 'TARGET', type: 'string', required: true },
  { name: 'MODE', type: 'choice', choices: ['fast', 'slow'], default: 'slow' },
  { name: 'FORCE', type: 'boolean' },
];

test('a component comes out of the form as it went in', () => {
  const draft = {
    ...draftOf(undefined),
    name: ' Clean up ',
    script: 'true',
    timeoutMinutes: '1.5',
    variables: variables.map((one) => newVariable(one)),
  };
  expect(inputOf(draft)).toMatchObject({ name: 'Clean up', timeoutMs: 90_000, securityLevel: 1, language: 'bash' });
  expect(inputOf(draft).variables).toEqual(variables);
});

test('a secret keeps no default', () => {
  const draft = { ...newVariable(), name: 'KEY', type: 'secret' as const, default: 'typed before' };
  expect(inputOf({ ...draftOf(undefined), variables: [draft] }).variables).toEqual([{ name: 'KEY', type: 'secret' }]);
});

test('a job’s form opens with defaults and names what is missing', () => {
  const values = initialValues({ variables });
  expect(values).toEqual({ TARGET: '', MODE: 'slow', FORCE: 'false' });
  expect(missingVariables({ variables }, values)).toEqual(['TARGET']);
  expect(missingVariables({ variables }, { ...values, TARGET: 'x' })).toEqual([]);
});
