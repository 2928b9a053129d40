import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requires } from '../../../../../test/support/requires.js';
import { compareVersions } from './compare-versions.js';
import { VERSION_SCHEMES, type VersionScheme } from './version-scheme.js';

/** Each row ascends; `=` joins equals. */
const ORDERS: Readonly<Record<VersionScheme, readonly string[]>> = {
  debian: [
    '1.0~~ 1.0~~a 1.0~ 1.0 1.0-1 1.0a 1.0+b1 1.0.1 1.1 1.10 1:0.1 2:0',
    '2.4.52-1ubuntu4 2.4.52-1ubuntu4.9 2.4.52-1ubuntu4.10 2.4.58-1',
    '1.0=0:1.0=1.0-0=01.00 1.0-0a',
    '7.6-0 7.6p2-4 7.6p10-1',
    '1.2-3~bpo1 1.2-3 1.2-3+deb12u1',
  ],
  rpm: [
    '1.0~rc1 1.0~rc2 1.0 1.0^git1 1.0^git2 1.0.1',
    '1.0^=1.0.^ 1.0.0',
    '5.16.1.3-1.el6 5.16.1.3-2.el6 5.16.1.3-10.el6',
    '1.0a 1.0.1 1.1 1.10 1:0.1',
    'xyz 10 10xyz 10.1',
    '2.0=2_0=2.0.=02.00',
    '6.0 6.0.rc1 6.0.0',
  ],
  semver: [
    '1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0',
    '1=1.0=v1.0.0=1.0.0+build.7 1.0.1 1.9.0 1.10.0 2.0.0',
    '0.0.9999999999999999998 0.0.9999999999999999999',
  ],
  windows: ['10=10.0=10.0.0.0 10.0.0.1 10.0.9200 10.0.19045.1 10.0.19045.3803 10.1', '2.0.0.9 2.0.0.10'],
  generic: [
    '1.0-beta 1.0-rc1 1.0-rc2 1.0=1=1.0.0=v1 1.0.1 1.0.2 1.0.2k 1.0.2.1 1.9 1.10',
    '8u9 8u371 9',
    '2.0a1 2.0b3 2.0 2.0b',
    '2019 2022.1',
    '1.0 1.k 1.1',
  ],
};

// RPM ignores a release that one side lacks; the others mix with the generic order on foreign texts.
const TRANSITIVE: readonly VersionScheme[] = ['debian', 'generic'];

describe.each(VERSION_SCHEMES)('%s', (scheme) => {
  test.each(ORDERS[scheme])('orders %s', (row) => {
    const ascending = row.split(' ').map((equals) => equals.split('='));
    ascending.forEach((own, i) => {
      ascending.forEach((other, j) => {
        for (const a of own) {
          for (const b of other) {
            expect(Math.sign(compareVersions(a, b, scheme)), `${a} against ${b}`).toBe(Math.sign(i - j));
          }
        }
      });
    });
  });

  test('is antisymmetric and, where the scheme allows, transitive on any text', () => {
    const version = fc.oneof(
      fc.constantFrom(...Object.values(ORDERS).flatMap((rows) => rows.flatMap((row) => row.split(/[ =]/)))),
      fc.string({
        unit: fc.constantFrom('0', '1', '10', '.', '-', '~', '^', ':', 'a', 'b', 'rc', '+', 'Z', 'é'),
        maxLength: 8,
      }),
    );
    const sign = (a: string, b: string): number => Math.sign(compareVersions(a, b, scheme));
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(sign(a, a)).toBe(0);
        expect(sign(a, b)).toBe(0 - sign(b, a));
        if (TRANSITIVE.includes(scheme) && sign(a, b) <= 0 && sign(b, c) <= 0) {
          expect(sign(a, c)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 2000, seed: 3 },
    );
  });
});

test('falls back to the generic order where a version has not the form of its scheme', () => {
  expect(compareVersions('2.0 beta', '10.0.1.2', 'windows')).toBeLessThan(0);
  expect(compareVersions('1.2.3.4', '1.2.3.10', 'semver')).toBeLessThan(0);
  expect(compareVersions(' 1.0 ', '1.0', 'semver')).toBe(0);
});

test.skipIf(!requires('dpkg', existsSync('/usr/bin/dpkg')))('agrees with dpkg', () => {
  const versions = ORDERS.debian.flatMap((row) => row.split(/[ =]/));
  const pairs = fc.sample(fc.tuple(fc.constantFrom(...versions), fc.constantFrom(...versions)), {
    numRuns: 60,
    seed: 1,
  });
  for (const [a, b] of pairs) {
    const order = compareVersions(a, b, 'debian');
    const relation = order < 0 ? 'lt' : order > 0 ? 'gt' : 'eq';
    expect(() => execFileSync('dpkg', ['--compare-versions', a, relation, b]), `${a} ${relation} ${b}`).not.toThrow();
  }
});
