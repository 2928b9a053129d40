import { expect, test } from 'vitest';
import { scriptEnvironment } from './base-environment.js';

test('on Unix a script gets the usual variables and nothing of the agent’s own', () => {
  const agent = {
    PATH: '/bin',
    HOME: '/root',
    LC_ALL: 'de_DE.UTF-8',
    AWS_SECRET: 'x',
    NODE_OPTIONS: '--x',
    RMM_ENROLMENT_TOKEN: 't',
  };
  expect(scriptEnvironment('id', { A: 'b' }, agent, 'linux')).toEqual({
    PATH: '/bin',
    HOME: '/root',
    LC_ALL: 'de_DE.UTF-8',
    A: 'b',
    RMM_EXECUTION_ID: 'id',
  });
});

test('a bare service gets a PATH and UTF-8', () => {
  const { PATH, LANG } = scriptEnvironment('id', {}, {}, 'linux');
  expect(PATH).toContain('/usr/bin');
  expect(LANG).toBe('C.UTF-8');
});

test('inputs win over the base, the mark over inputs', () => {
  const environment = scriptEnvironment('id', { PATH: '/x', RMM_EXECUTION_ID: 'forged' }, { PATH: '/bin' }, 'linux');
  expect(environment).toMatchObject({ PATH: '/x', RMM_EXECUTION_ID: 'id' });
});

test('on Windows everything but the runtime’s own variables stays', () => {
  const agent = {
    SystemRoot: 'C:\\Windows',
    ProgramFiles: 'C:\\Program Files',
    npm_config_x: '1',
    RMM_ENROLMENT_TOKEN: 't',
  };
  expect(Object.keys(scriptEnvironment('id', {}, agent, 'win32'))).toEqual([
    'SystemRoot',
    'ProgramFiles',
    'RMM_EXECUTION_ID',
  ]);
});
