import type { SoftwareSection } from '@rmm/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleAudit } from '../testing/sample-audit.js';
import { type Difference, diffSection } from './diff-section.js';

type Package = SoftwareSection['packages'][number];
const pkg = (name: string, version: string, more: Partial<Package> = {}): Package => ({
  name,
  version,
  source: 'dpkg',
  ...more,
});
const software = (...packages: Package[]): SoftwareSection => ({ packages });
const diff = (before: SoftwareSection, after: SoftwareSection) => diffSection('software', before, after);

describe('the change log of software', () => {
  test('tells what came, went and changed its version', () => {
    const before = software(pkg('bash', '5.1'), pkg('curl', '8.1'), pkg('vim', '9.0'));
    const after = software(pkg('bash', '5.2'), pkg('curl', '8.1'), pkg('zsh', '5.9'));
    expect(diff(before, after)).toEqual([
      { kind: 'changed', item: 'bash', before: '5.1', after: '5.2' },
      { kind: 'removed', item: 'vim', before: '9.0', after: null },
      { kind: 'added', item: 'zsh', before: null, after: '5.9' },
    ]);
  });

  test('of two versions of a package tells the one that went, or that changed', () => {
    const both = software(pkg('linux', '6.1'), pkg('linux', '6.2'));
    expect(diff(both, software(pkg('linux', '6.2')))).toEqual([
      { kind: 'removed', item: 'linux', before: '6.1', after: null },
    ]);
    expect(diff(both, software(pkg('linux', '6.2'), pkg('linux', '6.3')))).toEqual([
      { kind: 'changed', item: 'linux', before: '6.1', after: '6.3' },
    ]);
    expect(diff(software(pkg('linux', '6.2')), both)).toEqual([
      { kind: 'added', item: 'linux', before: null, after: '6.1' },
    ]);
  });

  test('keeps architectures apart', () => {
    const before = software(
      pkg('libc', '2.36', { architecture: 'amd64' }),
      pkg('libc', '2.36', { architecture: 'i386' }),
    );
    const after = software(
      pkg('libc', '2.37', { architecture: 'amd64' }),
      pkg('libc', '2.36', { architecture: 'i386' }),
    );
    expect(diff(before, after)).toEqual([{ kind: 'changed', item: 'libc (amd64)', before: '2.36', after: '2.37' }]);
  });

  test('is silent about what changes by itself', () => {
    const before = software(pkg('bash', '5.1', { sizeBytes: 1, installedOn: '2026-01-01' }));
    const after = software(pkg('bash', '5.1', { sizeBytes: 2, installedOn: '2026-02-01' }));
    expect(diff(before, after)).toEqual([]);
    const { volumes } = sampleAudit();
    const fuller = { volumes: volumes.volumes.map((volume) => ({ ...volume, freeBytes: 1 })) };
    expect(diffSection('volumes', volumes, fuller)).toEqual([]);
  });

  const text = fc.oneof(
    fc.constantFrom('', 'a', 'a version', 'b (x)', '__proto__', 'constructor', '\0', '\ud800', '<script>', 'a #2'),
    fc.string({ maxLength: 4 }),
  );
  const packages = fc.array(
    fc.record({ name: text, version: text, source: fc.constantFrom('dpkg', 'rpm') }, { noNullPrototype: true }),
    { maxLength: 12 },
  );

  test('explains the change: what was before, with the log applied, is what is now', () => {
    fc.assert(
      fc.property(packages, packages, (before, after) => {
        const versions = bag(before);
        for (const { item, before: old, after: now } of diff(software(...before), software(...after)).filter(
          isVersion,
        )) {
          if (old !== null) take(versions, `${item}\n${old}`);
          if (now !== null) versions.push(`${item}\n${now}`);
        }
        expect(versions.sort()).toEqual(bag(after).sort());
      }),
    );
  });

  test('backwards tells the opposite, and of no change nothing', () => {
    const opposite = { added: 'removed', removed: 'added', changed: 'changed' } as const;
    fc.assert(
      fc.property(packages, packages, (before, after) => {
        const forth = diff(software(...before), software(...after));
        const back = diff(software(...after), software(...before));
        const turned = back.map(({ kind, item, ...was }) => ({
          kind: opposite[kind],
          item,
          before: was.after,
          after: was.before,
        }));
        expect(sorted(turned)).toEqual(sorted(forth));
        expect(diff(software(...before), software(...[...before].reverse()))).toEqual([]);
      }),
    );
  });

  /** Changes of the source have the same form; a package may have the very name that they would show. */
  const isVersion = ({ before, after }: Difference) =>
    ![before, after].some((value) => value === 'dpkg' || value === 'rpm');
  const bag = (of: readonly Package[]) => of.map(({ name, version }) => `${name}\n${version}`);
});

describe('the change log of other sections', () => {
  test('names fields inside fields, and values that come and go', () => {
    const { hardware } = sampleAudit();
    const { serial: _serial, ...rest } = hardware;
    const after = {
      ...rest,
      memoryBytes: 16 * 2 ** 30,
      bios: { vendor: 'Acme BIOS', version: '2.2', releasedOn: '2024-05-01' },
    };
    expect(sorted(diffSection('hardware', hardware, after))).toEqual([
      { kind: 'changed', item: 'bios version', before: '2.1', after: '2.2' },
      { kind: 'changed', item: 'memoryBytes', before: String(8 * 2 ** 30), after: String(16 * 2 ** 30) },
      { kind: 'removed', item: 'serial', before: 'SN-0815', after: null },
    ]);
  });

  test('names disks, volumes, adapters and products', () => {
    const { hardware, volumes, network, security } = sampleAudit();
    expect(diffSection('hardware', hardware, { ...hardware, disks: [] })).toEqual([
      { kind: 'removed', item: 'sda', before: String(100 * 2 ** 30), after: null },
    ]);
    const grown = { volumes: [{ ...volumes.volumes[0], sizeBytes: 1 }, ...volumes.volumes.slice(1)] };
    expect(diffSection('volumes', volumes, grown)).toEqual([
      { kind: 'changed', item: '/ sizeBytes', before: String(100 * 2 ** 30), after: '1' },
    ]);
    const moved = {
      adapters: network.adapters.map((adapter) => ({ ...adapter, addresses: ['192.0.2.11', '2001:db8::1'] })),
    };
    expect(diffSection('network', network, moved)).toEqual([
      { kind: 'changed', item: 'eth0 addresses', before: '192.0.2.10', after: '192.0.2.11, 2001:db8::1' },
    ]);
    const off = { ...security, firewall: [{ product: 'nftables', enabled: false }] };
    expect(diffSection('security', security, off)).toEqual([
      { kind: 'changed', item: 'nftables enabled', before: 'true', after: 'false' },
    ]);
  });

  test('is empty for the same, and never fails on anything that is JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
        expect(diffSection('system', before, before)).toEqual([]);
        for (const { kind, before: old, after: now } of diffSection('system', before, after)) {
          expect(kind).toBe(old === null ? 'added' : now === null ? 'removed' : 'changed');
        }
      }),
    );
  });

  test('of the largest audit ends: each entry is matched by its name, not with every other', () => {
    const many = (version: string) =>
      software(...Array.from({ length: 20_000 }, (_, at) => pkg(`p${at % 19_000}`, version)));
    expect(diff(many('1'), many('2'))).toHaveLength(20_000);
  });
});

function take(from: string[], value: string): void {
  const at = from.indexOf(value);
  expect(at).toBeGreaterThanOrEqual(0);
  from.splice(at, 1);
}

const sorted = (differences: readonly Difference[]) =>
  differences
    .map((difference) => JSON.stringify(difference))
    .sort()
    .map((line): unknown => JSON.parse(line));
