import { describe, expect, test } from 'vitest';
import { parseUnattended, parseUnits } from './linux-security.js';
import { parseLsblk } from './parse-lsblk.js';
import { parseLspci } from './parse-lspci.js';
import { parseApk, parseDpkg, parsePacman, parseRpm, parseSnap } from './parse-packages.js';
import { parseAssignments, parseCpuinfo, parseMemTotal, parseMounts } from './parse-proc.js';

// "Recorded" outputs come from real systems, shortened; "composed" ones were written after the programs' documentation.

describe('packages', () => {
  test('dpkg (recorded on Debian 12; the states composed)', () => {
    const text = [
      'ii \tadduser\t3.134\tall\t686\tDebian Adduser Developers <adduser@packages.debian.org>',
      'ii \tlibc6\t2.36-9+deb12u10\tamd64\t13000\tGNU Libc Maintainers <debian-glibc@lists.debian.org>',
      'rc \told-config\t1.0\tamd64\t12\tX <x@y>',
      'iU \tunpacked\t1.0\tamd64\t12\tX <x@y>',
      'iiR\tbroken\t1.0\tamd64\t\t',
      'hi \theld\t2.0\tamd64\t5\tX <x@y>',
      '',
    ].join('\n');
    expect(parseDpkg(text)).toEqual([
      {
        name: 'adduser',
        version: '3.134',
        architecture: 'all',
        publisher: 'Debian Adduser Developers',
        sizeBytes: 702_464,
        source: 'dpkg',
      },
      {
        name: 'libc6',
        version: '2.36-9+deb12u10',
        architecture: 'amd64',
        publisher: 'GNU Libc Maintainers',
        sizeBytes: 13_312_000,
        source: 'dpkg',
      },
      { name: 'broken', version: '1.0', architecture: 'amd64', source: 'dpkg' },
    ]);
  });

  test('rpm (composed)', () => {
    const text = [
      'bash\t0\t5.2.26-3.fc40\tx86_64\t8519230\t1714000000\tFedora Project',
      'bind-libs\t32\t9.18.26-1.fc40\tx86_64\t100\t1714000000\t(none)',
      'gpg-pubkey\t0\ta15b79cc-63d04c2c\t(none)\t0\t1714000000\t(none)',
    ].join('\n');
    expect(parseRpm(text)).toEqual([
      {
        name: 'bash',
        version: '5.2.26-3.fc40',
        architecture: 'x86_64',
        publisher: 'Fedora Project',
        sizeBytes: 8_519_230,
        installedOn: '2024-04-24',
        source: 'rpm',
      },
      {
        name: 'bind-libs',
        version: '32:9.18.26-1.fc40',
        architecture: 'x86_64',
        sizeBytes: 100,
        installedOn: '2024-04-24',
        source: 'rpm',
      },
    ]);
  });

  test('apk (composed)', () => {
    const text =
      'C:Q1abc=\nP:musl\nV:1.2.5-r0\nA:x86_64\nS:400000\nI:622592\nT:the musl c library\n\nP:busybox\nV:1.36.1-r29\n\n';
    expect(parseApk(text)).toEqual([
      { name: 'musl', version: '1.2.5-r0', architecture: 'x86_64', sizeBytes: 622_592, source: 'apk' },
      { name: 'busybox', version: '1.36.1-r29', source: 'apk' },
    ]);
  });

  test('pacman and snap (composed)', () => {
    expect(parsePacman('acl 2.3.2-1\nbash 5.2.026-2\n')).toEqual([
      { name: 'acl', version: '2.3.2-1', source: 'pacman' },
      { name: 'bash', version: '5.2.026-2', source: 'pacman' },
    ]);
    const snap =
      'Name    Version  Rev    Tracking       Publisher   Notes\ncore22  2024     1380   latest/stable  canonical✓  base\n';
    expect(parseSnap(snap)).toEqual([{ name: 'core22', version: '2024', publisher: 'canonical', source: 'snap' }]);
  });

  test.each([parseDpkg, parseRpm, parseApk, parsePacman, parseSnap])('%o finds nothing in nothing', (parse) =>
    expect(parse('')).toEqual([]),
  );
});

describe('/proc', () => {
  test('os-release (recorded on Debian 12; quoting composed)', () => {
    const values = parseAssignments(
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nID=debian\n# x\nX=\'a b\'\nY="a \\"b\\" \\$c"\n',
    );
    expect(values.get('PRETTY_NAME')).toBe('Debian GNU/Linux 12 (bookworm)');
    expect([values.get('ID'), values.get('X'), values.get('Y')]).toEqual(['debian', 'a b', 'a "b" $c']);
  });

  test('cpuinfo of a virtual machine (recorded)', () => {
    const core = (id: number) =>
      `processor\t: ${id}\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC\ncpu MHz\t\t: 2599.996\nphysical id\t: 0\ncore id\t\t: ${id}\ncpu cores\t: 2\nflags\t\t: fpu sse hypervisor lm\n`;
    expect(parseCpuinfo(`${core(0)}\n${core(1)}\n`, '', undefined)).toEqual([
      { model: 'AMD EPYC', cores: 2, threads: 2, speedMHz: 2600 },
    ]);
  });

  test('cpuinfo of two sockets, and of ARM (composed)', () => {
    const socket = (id: number, package_: number) =>
      `processor : ${id}\nphysical id : ${package_}\nmodel name : Intel(R) Xeon(R) CPU @ 2.10GHz\ncpu MHz : 900.1\ncpu cores : 1\nflags : fpu`;
    expect(parseCpuinfo([socket(0, 0), socket(1, 0), socket(2, 1), socket(3, 1)].join('\n\n'), '', undefined)).toEqual([
      { model: 'Intel(R) Xeon(R) CPU @ 2.10GHz', cores: 1, threads: 2, speedMHz: 2100 },
      { model: 'Intel(R) Xeon(R) CPU @ 2.10GHz', cores: 1, threads: 2, speedMHz: 2100 },
    ]);
    expect(parseCpuinfo('processor\t: 0\nBogoMIPS\t: 108.00\n\nprocessor\t: 1\n', 'Cortex-A72', 1800)).toEqual([
      { model: 'Cortex-A72', cores: 2, threads: 2, speedMHz: 1800 },
    ]);
  });

  test('a clock that changes by the moment is not told', () => {
    const text = 'processor : 0\nmodel name : Some CPU\ncpu MHz : 1234.5\nflags : fpu';
    expect(parseCpuinfo(text, '', undefined)[0]).toEqual({ model: 'Some CPU', cores: 1, threads: 1 });
  });

  test('meminfo (recorded)', () => {
    expect(parseMemTotal('MemTotal:       24683656 kB\nMemFree:        22000000 kB\n')).toBe(24_683_656 * 1024);
    expect(parseMemTotal('')).toBe(0);
  });

  test('mounts (recorded in a virtual machine; the rest composed)', () => {
    const text = [
      'proc /proc proc rw,relatime 0 0',
      'tmpfs /dev/shm tmpfs rw 0 0',
      '/dev/vda / ext4 rw,relatime,discard 0 0',
      '/dev/vda /var/lib/docker ext4 rw 0 0',
      '/dev/loop3 /snap/core squashfs ro 0 0',
      '/dev/loop4 /mnt/image ext4 ro 0 0',
      '/dev/sdb1 /mnt/my\\040disk xfs rw 0 0',
      'server:/export /mnt/nfs nfs4 rw 0 0',
      'tank/home /home zfs rw 0 0',
    ].join('\n');
    expect(parseMounts(text)).toEqual([
      { device: '/dev/vda', mount: '/', fileSystem: 'ext4' },
      { device: '/dev/sdb1', mount: '/mnt/my disk', fileSystem: 'xfs' },
      { device: 'tank/home', mount: '/home', fileSystem: 'zfs' },
    ]);
    expect(parseMounts('rootfs / rootfs rw 0 0\noverlay / overlay rw 0 0\n')).toEqual([
      { device: 'overlay', mount: '/', fileSystem: 'overlay' },
    ]);
  });
});

describe('hardware', () => {
  test('lsblk (recorded in a virtual machine; disks composed)', () => {
    const text = JSON.stringify({
      blockdevices: [
        { name: 'zram0', model: null, serial: null, size: 0, rota: false, type: 'disk', tran: null },
        { name: 'vda', model: null, serial: null, size: 274877906944, rota: true, type: 'disk', tran: null },
        {
          name: 'sda',
          model: 'ST1000DM010  ',
          serial: 'Z9A',
          size: '1000204886016',
          rota: '1',
          type: 'disk',
          tran: 'sata',
        },
        {
          name: 'sdb',
          model: 'Samsung SSD',
          serial: 'S1',
          size: 500107862016,
          rota: false,
          type: 'disk',
          tran: 'sata',
        },
        { name: 'nvme0n1', model: 'WD', serial: 'W', size: 1, rota: false, type: 'disk', tran: 'nvme' },
        { name: 'sr0', model: 'DVD', serial: null, size: 1024, rota: true, type: 'rom', tran: 'sata' },
      ],
    });
    expect(parseLsblk(text)).toEqual([
      { name: 'vda', sizeBytes: 274_877_906_944, kind: 'virtual' },
      { name: 'sda', model: 'ST1000DM010', serial: 'Z9A', sizeBytes: 1_000_204_886_016, kind: 'hdd' },
      { name: 'sdb', model: 'Samsung SSD', serial: 'S1', sizeBytes: 500_107_862_016, kind: 'ssd' },
      { name: 'nvme0n1', model: 'WD', serial: 'W', sizeBytes: 1, kind: 'nvme' },
    ]);
    expect(parseLsblk('')).toEqual([]);
    expect(() => parseLsblk('{')).toThrow();
  });

  test('lspci (composed)', () => {
    const text = [
      '00:02.0 "VGA compatible controller" "Intel Corporation" "UHD Graphics 620" -r07 "Dell" "Device 081c"',
      '01:00.0 "3D controller" "NVIDIA Corporation" "GP108M [GeForce \\"MX150\\"]" -ra1 "Dell" "Device 081c"',
      '00:1f.3 "Audio device" "Intel Corporation" "Sunrise Point" -r21 "Dell" "Device 081c"',
    ].join('\n');
    expect(parseLspci(text)).toEqual([
      { name: 'Intel Corporation UHD Graphics 620' },
      { name: 'NVIDIA Corporation GP108M [GeForce "MX150"]' },
    ]);
  });
});

describe('protection', () => {
  test('systemctl show (composed)', () => {
    const text =
      'Id=clamav-daemon.service\nLoadState=loaded\nActiveState=active\n\nId=mdatp.service\nLoadState=not-found\nActiveState=inactive\n\nId=firewalld.service\nLoadState=loaded\nActiveState=inactive\n';
    expect([...parseUnits(text)]).toEqual([
      ['clamav-daemon', true],
      ['firewalld', false],
    ]);
  });

  test('apt’s periodic settings (composed)', () => {
    expect(parseUnattended('APT::Periodic::Unattended-Upgrade "1";\n')).toBe(true);
    expect(parseUnattended('APT::Periodic::Unattended-Upgrade "1";\nAPT::Periodic::Unattended-Upgrade "0";\n')).toBe(
      false,
    );
    expect(parseUnattended('// APT::Periodic::Unattended-Upgrade "1";\n')).toBe(undefined);
  });
});
