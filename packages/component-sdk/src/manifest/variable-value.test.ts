import { expect, test } from 'vitest';
import type { ComponentVariable } from './component-manifest.js';
import { type InputValue, resolveInputs } from './variable-value.js';

const variables: readonly ComponentVariable[] = [
  { name: 'WHO', type: 'string', required: true },
  { name: 'COUNT', type: 'number', default: '3' },
  { name: 'LOUD', type: 'boolean' },
  { name: 'SIZE', type: 'choice', choices: ['s', 'l'] },
  { name: 'KEY', type: 'secret' },
];
const resolve = (inputs: Record<string, InputValue | undefined>) => resolveInputs(variables, inputs);

test('inputs become text, defaults stand in, and what is left out is empty', () => {
  expect(resolve({ WHO: 'me', COUNT: 0, LOUD: false })).toEqual({
    WHO: 'me',
    COUNT: '0',
    LOUD: 'false',
    SIZE: '',
    KEY: '',
  });
  expect(resolve({ WHO: 'me' }).COUNT).toBe('3');
});

test.each([
  [{}, '/WHO', 'required'],
  [{ WHO: 'a', COUNT: 'many' }, '/COUNT', 'number'],
  [{ WHO: 'a', COUNT: ' ' }, '/COUNT', 'number'],
  [{ WHO: 'a', LOUD: 'yes' }, '/LOUD', 'true or false'],
  [{ WHO: 'a', SIZE: 'm' }, '/SIZE', 'one of s, l'],
  [{ WHO: 'a\0b' }, '/WHO', 'NUL'],
  [{ WHO: 'a', WHEN: 'now' }, '/WHEN', 'no variable'],
])('%j is refused at %s', (inputs, path, message) => {
  expect(() => resolve(inputs)).toThrow(
    expect.objectContaining({
      code: 'INVALID_INPUT',
      details: { issues: [{ path, message: expect.stringContaining(message) }] },
    }),
  );
});
