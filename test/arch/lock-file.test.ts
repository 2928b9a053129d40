import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type LockFile, lockFile, lockProblems } from '../../scripts/lock-guard.js';

test('package-lock.json installs on every platform and names no registry', () => {
  const text = readFileSync(lockFile, 'utf8');
  const lock = JSON.parse(text) as LockFile;
  expect(Object.keys(lock.packages).length).toBeGreaterThan(300);
  expect(lockProblems(lock)).toEqual([]);
  expect(text).not.toMatch(/"resolved": "[a-z+]+:/);
});

test('a missing platform package and an address are found', () => {
  const problems = lockProblems({
    packages: {
      '': {},
      'node_modules/a': { optionalDependencies: { 'a-linux': '1.0.0', 'a-darwin': '1.0.0', shared: '1.0.0' } },
      'node_modules/a/node_modules/a-linux': { resolved: 'https://registry.example/a-linux.tgz' },
      'node_modules/shared': {},
    },
  });
  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain('node_modules/a lists optional a-darwin');
  expect(problems[1]).toContain('node_modules/a/node_modules/a-linux has an address');
});
