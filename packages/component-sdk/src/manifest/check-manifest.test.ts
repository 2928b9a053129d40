import { isRmmError } from '@rmm/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkManifest } from './check-manifest.js';

const good = { uid: 'acme.greet', name: 'Greet', language: 'shell', script: 'echo hi' };

function issuesOf(value: unknown): { path: string; message: string }[] {
  try {
    checkManifest(value);
    return [];
  } catch (error) {
    if (isRmmError(error, 'INVALID_INPUT')) return error.details?.issues as { path: string; message: string }[];
    throw error;
  }
}

describe('checkManifest', () => {
  test('fills in what was left out', () => {
    expect(checkManifest(good)).toEqual({
      ...good,
      kind: 'script',
      category: '',
      description: '',
      securityLevel: 1,
      timeoutMs: 3_600_000,
      variables: [],
      platforms: ['linux', 'windows', 'macos'],
    });
  });

  test.each([
    ['/uid', { uid: '../x' }, 'pattern'],
    ['/language', { language: 'cobol' }, 'one of batch, vbscript'],
    ['/kind', { kind: 'game' }, 'one of application, monitor, script'],
    ['/platforms/0', { platforms: ['amiga'] }, 'one of linux, windows, macos'],
    ['/securityLevel', { securityLevel: 6 }, '<= 5'],
    ['/timeoutMs', { timeoutMs: 10 }, '>= 1000'],
    ['', { colour: 'red' }, 'colour'],
    ['', { scriptFile: 'x.sh' }, 'either script or scriptFile'],
    ['/script', { script: 'é'.repeat(300_000) }, 'bytes'],
    ['/scriptFile', { script: undefined, scriptFile: '../secret' }, 'relative path'],
    ['/scriptFile', { script: undefined, scriptFile: '/etc/passwd' }, 'relative path'],
    ['/scriptFile', { script: undefined, scriptFile: 'a/../../b' }, 'relative path'],
    ['/scriptFile', { script: undefined, scriptFile: 'C:x' }, 'relative path'],
    ['/variables/0/name', { variables: [{ name: 'a-b', type: 'string' }] }, 'pattern'],
    ['/variables/0/type', { variables: [{ name: 'A', type: 'date' }] }, 'one of string, number'],
    ['/variables/0/choices', { variables: [{ name: 'A', type: 'choice' }] }, 'needed'],
    ['/variables/0/choices', { variables: [{ name: 'A', type: 'string', choices: ['a'] }] }, 'belongs to a choice'],
    ['/variables/0/default', { variables: [{ name: 'A', type: 'number', default: 'x' }] }, 'number'],
    ['/variables/0/default', { variables: [{ name: 'A', type: 'boolean', default: 'yes' }] }, 'true or false'],
    ['/variables/0/default', { variables: [{ name: 'A', type: 'choice', choices: ['a'], default: 'b' }] }, 'one of a'],
    [
      '/variables/1/name',
      {
        variables: [
          { name: 'a', type: 'string' },
          { name: 'A', type: 'string' },
        ],
      },
      'already',
    ],
  ])('names %s in %j', (path, change, message) => {
    expect(issuesOf({ ...good, ...change })).toContainEqual({ path, message: expect.stringContaining(message) });
  });

  test('names everything at once', () => {
    expect(issuesOf({}).length).toBeGreaterThan(0);
    expect(issuesOf({ ...good, uid: '', timeoutMs: 1 }).map(({ path }) => path)).toEqual(['/uid', '/timeoutMs']);
  });

  test('takes anything without another error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.jsonValue()), (value) => {
        expect(issuesOf(value).length).toBeGreaterThan(0);
      }),
    );
  });
});
