import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUDIT_SECTIONS, type Audit, checkAgentFrame, LIMITS } from '@rmm/protocol';
import { decodeAgentFrame } from '@rmm/protocol/codec';
import fc from 'fast-check';
import type { Systeminformation } from 'systeminformation';
import { Check } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { architectureName } from './architecture.js';
import { parseOutcome } from './audit-outcome.js';
import { collectAudit } from './collect-audit.js';
import { type Collectors, known } from './collector.js';
import { deviceType } from './device-type.js';
import { quantised } from './free-space.js';
import { addressedAdapters } from './network-adapters.js';
import { withDetails } from './network-collector.js';
import { parseEdid } from './parse-edid.js';
import { parseLastUser } from './parse-last-user.js';
import { sectionHash } from './section-hash.js';
import { hardwareOf, volumesOf } from './si-hardware.js';
import { storeAudit } from './store-audit.js';
import { tidySection } from './tidy-section.js';

const SYSTEM: Audit['system'] = { hostname: 'h', platform: 'linux', osName: 'Linux', architecture: 'x64' };
const collectors: Collectors = {
  system: async () => SYSTEM,
  hardware: async () => ({ processors: [], memoryBytes: 1, displayAdapters: [], monitors: [], disks: [] }),
  volumes: async () => ({ volumes: [{ mount: '/', sizeBytes: 10, freeBytes: 5 }] }),
  network: async () => ({ adapters: [] }),
  software: async () => ({
    packages: [
      { name: 'b', version: '1', source: 'x' },
      { name: 'a', version: '1', source: 'x' },
    ],
  }),
  security: async () => ({ antivirus: [], firewall: [] }),
};

describe('tidySection', () => {
  const packageOf = fc.record(
    {
      name: fc.string({ unit: 'binary', maxLength: 2000 }),
      version: fc.string(),
      source: fc.constantFrom('a', 'b'),
      architecture: fc.string(),
    },
    { requiredKeys: ['name', 'version', 'source'] },
  );

  test('makes of any list one that fits, in one order', () => {
    fc.assert(
      fc.property(fc.array(packageOf), fc.infiniteStream(fc.nat()), (packages, numbers) => {
        const tidied = tidySection('software', { packages });
        expect(Check(AUDIT_SECTIONS.software, tidied)).toBe(true);
        const shuffled = packages
          .map((item) => ({ item, at: numbers.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ item }) => item);
        expect(sectionHash(tidySection('software', { packages: shuffled }))).toBe(sectionHash(tidied));
        expect(tidySection('software', tidied)).toEqual(tidied);
      }),
    );
  });

  test('orders packages by name, version, architecture, and drops repetitions', () => {
    const at = (name: string, version: string, architecture: string) => ({ name, version, architecture, source: 's' });
    const packages = [at('b', '1', 'x'), at('a', '2', 'x'), at('a', '1', 'y'), at('a', '1', 'x'), at('a', '1', 'x')];
    expect(
      tidySection('software', { packages }).packages.map(
        ({ name, version, architecture }) => name + version + architecture,
      ),
    ).toEqual(['a1x', 'a1y', 'a2x', 'b1x']);
  });

  test('takes out control characters and halves of characters, and cuts long texts', () => {
    const tidied = tidySection('system', { ...SYSTEM, hostname: ' a\0b\n\u001bc ', osName: `x${'😀'.repeat(600)}` });
    expect(tidied.hostname).toBe('a b c');
    expect(tidied.osName.length).toBeLessThanOrEqual(LIMITS.auditTextLength);
    expect(Buffer.from(tidied.osName).toString()).toBe(tidied.osName);
  });

  test('refuses what does not fit even so', () => {
    expect(() =>
      tidySection('hardware', { processors: [], memoryBytes: -1, displayAdapters: [], monitors: [], disks: [] }),
    ).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringContaining('/memoryBytes') }));
  });
});

describe('collectAudit', () => {
  test('leaves out a section that fails, hangs or does not fit, and keeps the others', async () => {
    const problems: string[] = [];
    const audit = await collectAudit(
      {
        ...collectors,
        system: () => Promise.reject(new Error('broken')),
        network: () => new Promise(() => undefined),
        volumes: async () => ({ volumes: [{ mount: '/', sizeBytes: 1.5, freeBytes: 0 }] }),
      },
      (message) => problems.push(message),
      50,
    );
    expect(Object.keys(JSON.parse(JSON.stringify(audit)))).toEqual(['hardware', 'software', 'security']);
    expect(problems.sort()).toEqual([
      expect.stringMatching(/^network: no answer within/),
      'system: broken',
      expect.stringMatching(/^volumes: .*sizeBytes/),
    ]);
  });
});

describe('storeAudit', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rmm-audit-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('leaves frames that a server takes, and tells their hashes', async () => {
    const audit = await collectAudit(collectors, () => undefined);
    const outcome = await storeAudit(audit, folder, 123);
    expect(parseOutcome(JSON.stringify(outcome))).toEqual(outcome);
    expect(outcome.hashes.system).toBe(sectionHash(SYSTEM));
    for (const name of readdirSync(folder)) {
      const frame = decodeAgentFrame(readFileSync(join(folder, name)));
      checkAgentFrame(frame);
      expect(frame).toMatchObject({ kind: 'auditData', at: 123 });
    }
    expect(readdirSync(folder)).toHaveLength(6);
    const without = await storeAudit({ ...audit, network: undefined }, folder, 124);
    expect(Object.keys(without.hashes)).not.toContain('network');
    expect(readdirSync(folder)).not.toContain('network.frame');
  });

  test('of a section that no frame can hold, what fits is told, under its own hash', async () => {
    const item = (index: number) => ({
      name: `${index} ${randomBytes(700).toString('base64')}`,
      version: '',
      source: 's',
    });
    const packages = Array.from({ length: 9000 }, (_, index) => item(index));
    const { hashes } = await storeAudit({ software: { packages } }, folder, 1);
    const bytes = readFileSync(join(folder, 'software.frame'));
    expect(bytes.length).toBeLessThanOrEqual(LIMITS.frameBytes);
    const frame = decodeAgentFrame(bytes);
    checkAgentFrame(frame);
    if (frame.kind !== 'auditData') throw new Error('another frame');
    expect(hashes).toEqual({ software: sectionHash(frame.sections.software) });
    expect(frame.sections.software?.packages.length).toBeGreaterThan(500);
  });

  test.each(['', '{}', '[]', 'null', '{"at":"x","hashes":{}}', '{"at":1,"hashes":3}'])('%j is no outcome', (text) => {
    const outcome = parseOutcome(text);
    expect(outcome === undefined || Object.keys(outcome.hashes).length === 0).toBe(true);
  });
});

describe('what a device is', () => {
  const hints = { chassis: undefined, hasBattery: false, isServerSystem: false, hasDesktop: false };
  test.each([
    [{}, 'server'],
    [{ hasDesktop: true }, 'workstation'],
    [{ chassis: 3, hasDesktop: true }, 'workstation'],
    [{ chassis: 10, hasDesktop: true }, 'laptop'],
    [{ chassis: 1, hasBattery: true, hasDesktop: true }, 'laptop'],
    [{ chassis: 23, hasBattery: true }, 'server'],
    [{ chassis: 3, isServerSystem: true, hasDesktop: true }, 'server'],
    [{ chassis: 17, hasDesktop: true }, 'server'],
  ])('%j is a %s', (found, type) => expect(deviceType({ ...hints, ...found })).toBe(type));

  test.each([
    ['x86_64', 'x64'],
    ['AMD64', 'x64'],
    ['aarch64', 'arm64'],
    ['arm64', 'arm64'],
    ['i686', 'x86'],
    ['riscv64', 'riscv64'],
  ])('%s is %s', (machine, name) => expect(architectureName(machine)).toBe(name));

  test('free space counts in steps', () => {
    expect([quantised(0), quantised(268_435_455), quantised(268_435_456)]).toEqual([0, 0, 268_435_456]);
  });

  test('what vendors write for want of something better is nothing', () => {
    for (const filler of [
      '',
      '  ',
      'To Be Filled By O.E.M.',
      'Default string',
      'None',
      '0000',
      'Not Specified',
      undefined,
    ])
      expect(known('serial', filler)).toEqual({});
    expect(known('serial', ' PF3ABC ')).toEqual({ serial: 'PF3ABC' });
  });

  test('the last user (recorded by util-linux’ last, shortened)', () => {
    const text =
      'reboot   system boot  6.1.0-35-amd64   Tue May 20 10:00   still running\nana      pts/0        192.0.2.7        Mon May 19 09:12 - 11:00  (01:48)\n\nwtmp begins Mon May 19 08:00:00 2025\n';
    expect(parseLastUser(text)).toBe('ana');
    expect(parseLastUser('\nwtmp begins Mon May 19 08:00:00 2025\n')).toBe(undefined);
  });
});

describe('network', () => {
  const address = (given: string, internal = false) => ({
    address: given,
    netmask: '',
    family: 'IPv4' as const,
    mac: '02:00:00:00:00:01',
    internal,
    cidr: `${given}/24`,
  });
  test('adapters with their addresses, loopback left out', () => {
    expect(
      addressedAdapters({ lo: [address('127.0.0.1', true)], eth0: [address('192.0.2.5')], gone: undefined }),
    ).toEqual([{ name: 'eth0', mac: '02:00:00:00:00:01', addresses: ['192.0.2.5/24'] }]);
  });
  test('speed and kind where they are known', () => {
    const adapter = { name: 'eth0', addresses: [] };
    expect(withDetails(adapter, { speed: 1000, virtual: false })).toEqual({
      ...adapter,
      speedMbps: 1000,
      virtual: false,
    });
    expect(withDetails(adapter, { speed: -1, virtual: true })).toEqual({ ...adapter, virtual: true });
    expect(withDetails(adapter, undefined)).toEqual(adapter);
  });
});

describe('monitors', () => {
  /** An EDID block: header, maker, model and serial number, then descriptors. */
  function edid(descriptors: readonly [number, string][], serial = 7): Buffer {
    const block = Buffer.alloc(128);
    block.write('00ffffffffffff00', 'hex');
    block.writeUInt16BE(0x10ac, 8);
    block.writeUInt16LE(0xa0c4, 10);
    block.writeUInt32LE(serial, 12);
    for (const [index, [tag, text]] of descriptors.entries()) {
      const start = 54 + index * 18;
      block.writeUInt8(tag, start + 3);
      block.write(`${text}\n`.padEnd(13), start + 5, 'latin1');
    }
    for (let start = 54 + descriptors.length * 18; start < 126; start += 18) block.writeUInt16BE(1, start);
    return block;
  }
  test('tell their name and serial number (composed)', () => {
    expect(
      parseEdid(
        edid([
          [0xfc, 'DELL U2720Q'],
          [0xff, '8LXMZ13'],
        ]),
      ),
    ).toEqual({ name: 'DELL U2720Q', serial: '8LXMZ13' });
    expect(parseEdid(edid([]))).toEqual({ name: 'DEL a0c4', serial: '7' });
    expect(parseEdid(edid([], 0))).toEqual({ name: 'DEL a0c4' });
  });
  test('junk is none', () => {
    expect(parseEdid(Buffer.alloc(0))).toBe(undefined);
    expect(parseEdid(Buffer.alloc(128))).toBe(undefined);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 100, maxLength: 300 }), (bytes) => {
        parseEdid(Buffer.concat([Buffer.from('00ffffffffffff00', 'hex'), bytes]));
      }),
    );
  });
});

test('what systeminformation finds becomes a section that fits (composed)', () => {
  const facts = {
    system: {
      manufacturer: 'Dell Inc.',
      model: 'XPS 13',
      version: '',
      serial: 'ABC',
      uuid: '',
      sku: '',
      virtual: false,
    },
    bios: { vendor: 'Dell Inc.', version: '1.2', releaseDate: '2024-01-02', revision: '' },
    board: {
      manufacturer: 'Dell Inc.',
      model: '0X',
      version: '',
      serial: '',
      assetTag: '',
      memMax: null,
      memSlots: null,
    },
    cpu: {
      manufacturer: 'Intel',
      brand: 'Core i7',
      speed: 2.8,
      cores: 16,
      physicalCores: 8,
      processors: 2,
    } as Systeminformation.CpuData,
    memory: { total: 17_179_869_184 },
    graphics: {
      controllers: [{ vendor: 'Intel', model: 'Iris Xe', bus: '', vram: 0, vramDynamic: true }],
      displays: [{ vendor: 'DEL', model: 'U2720Q', serial: 'S1' }] as Systeminformation.GraphicsDisplayData[],
    },
    disks: [
      {
        device: '\\\\.\\PHYSICALDRIVE0',
        name: 'PM9A1',
        type: 'NVMe',
        interfaceType: 'PCIe',
        serialNum: 'S',
        size: 512e9,
      },
    ] as Systeminformation.DiskLayoutData[],
  };
  const hardware = hardwareOf(facts);
  expect(Check(AUDIT_SECTIONS.hardware, hardware)).toBe(true);
  expect(hardware).toMatchObject({
    model: 'XPS 13',
    processors: [{ model: 'Intel Core i7', cores: 4, threads: 8, speedMHz: 2800 }, { model: 'Intel Core i7' }],
    displayAdapters: [{ name: 'Iris Xe' }],
    monitors: [{ name: 'U2720Q', serial: 'S1' }],
    disks: [{ model: 'PM9A1', kind: 'nvme' }],
  });
  const volume = (mount: string, size: number) => ({
    fs: 'x',
    type: 'apfs',
    size,
    used: 0,
    available: 300_000_000,
    use: 0,
    mount,
    rw: true,
  });
  expect(volumesOf([volume('/', 10), volume('/System/Volumes/VM', 10), volume('/dev', 0)])).toEqual({
    volumes: [{ mount: '/', fileSystem: 'apfs', sizeBytes: 10, freeBytes: 268_435_456 }],
  });
});
