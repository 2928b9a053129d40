import { expect, test } from 'vitest';
import { accessArguments } from './windows-access.js';

test('a Windows folder inherits nothing, and is open to system, administrators and its user alone', () => {
  expect(accessArguments('C:\\ProgramData\\rmm-agent', 'svc')).toEqual([
    'C:\\ProgramData\\rmm-agent',
    '/inheritance:r',
    '/grant:r',
    '*S-1-5-18:(OI)(CI)F',
    '*S-1-5-32-544:(OI)(CI)F',
    'svc:(OI)(CI)F',
  ]);
});
