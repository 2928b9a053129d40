import { expect, test } from 'vitest';
import { parseOptions } from './options.js';

test('flags', () => {
  expect(parseOptions(['--port', '0', '--data', '/tmp/x', '--host', '::1', '--no-agent'])).toEqual({
    port: 0,
    host: '::1',
    data: '/tmp/x',
    agent: false,
  });
  expect(parseOptions([])).toMatchObject({ port: 8080, host: '127.0.0.1', agent: true });
  expect(parseOptions(['--help'])).toBeUndefined();
});

test.each([
  ['--port', 'x'],
  ['--port', '65536'],
  ['--port', '-1'],
  ['--port', ''],
  ['--port', '1.5'],
])('%s %s is refused by name', (...args) => {
  expect(() => parseOptions(args)).toThrow(/--port/);
});

test('unknown flags are refused with the way to help', () => {
  expect(() => parseOptions(['--prot', '1'])).toThrow(/--prot.*--help/);
});
