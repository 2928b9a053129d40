import type { Audit } from '@rmm/protocol';

/** A whole audit of a small Linux server; sections given replace those of the sample. */
export function sampleAudit(sections: Partial<Audit> = {}): Audit {
  return {
    system: {
      hostname: 'srv-1',
      domain: 'example.net',
      deviceType: 'server',
      platform: 'linux',
      osName: 'Debian GNU/Linux',
      osVersion: '12',
      architecture: 'x64',
      lastUser: 'root',
    },
    hardware: {
      manufacturer: 'Acme',
      model: 'Box 3',
      serial: 'SN-0815',
      bios: { vendor: 'Acme BIOS', version: '2.1', releasedOn: '2024-05-01' },
      motherboard: { manufacturer: 'Acme', model: 'MB-1' },
      processors: [{ model: 'Acme Fast 4', cores: 4, threads: 8, speedMHz: 3000 }],
      memoryBytes: 8 * 2 ** 30,
      displayAdapters: [{ name: 'Acme VGA' }],
      monitors: [],
      disks: [{ name: 'sda', sizeBytes: 100 * 2 ** 30 }],
    },
    volumes: {
      volumes: [
        { mount: '/', fileSystem: 'ext4', sizeBytes: 100 * 2 ** 30, freeBytes: 40 * 2 ** 30 },
        { mount: '/cd', fileSystem: 'iso9660', sizeBytes: 2 ** 30, freeBytes: 0 },
      ],
    },
    network: { adapters: [{ name: 'eth0', mac: '02:00:00:00:00:01', addresses: ['192.0.2.10'] }] },
    software: {
      packages: [
        { name: 'bash', version: '5.2.15-2', source: 'dpkg' },
        { name: 'openssl', version: '3.0.15-1~deb12u1', source: 'dpkg' },
      ],
    },
    security: { antivirus: [], firewall: [{ product: 'nftables', enabled: true }] },
    ...sections,
  };
}
