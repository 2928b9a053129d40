import type { FactRecord, Facts } from '../packages/core/src/filter/facts.js';
import { SeededRandom } from './seeded-random.js';

/** The instant of the fleet. */
export const FLEET_NOW = Date.UTC(2026, 5, 1);
const DAY = 86_400_000;

const OS = [
  ['Microsoft Windows 11 Pro', 'windows', '10.0.22631'],
  ['Microsoft Windows 10 Pro', 'windows', '10.0.19045'],
  ['Microsoft Windows 11 Enterprise', 'windows', '10.0.26100'],
  ['Microsoft Windows Server 2022 Standard', 'windows', '10.0.20348'],
  ['Microsoft Windows Server 2019 Standard', 'windows', '10.0.17763'],
  ['macOS 14 Sonoma', 'macos', '14.5'],
  ['Ubuntu 24.04 LTS', 'linux', '24.04'],
  ['Debian GNU/Linux 12', 'linux', '12'],
  ['Microsoft Windows Server 2016 Datacenter', 'windows', '10.0.14393'],
  ['Red Hat Enterprise Linux 9.4', 'linux', '9.4'],
] as const;
const MODELS = Array.from({ length: 120 }, (_, i) => [
  ['Dell Inc.', 'HP', 'LENOVO', 'Apple Inc.', 'ASUS'][i % 5] ?? '',
  `Model ${i}`,
]);
const CPUS = Array.from(
  { length: 90 },
  (_, i) => `Intel(R) Core(TM) i${3 + 2 * (i % 4)}-${8000 + i * 37} CPU @ ${2 + (i % 20) / 10}GHz`,
);
const PROFILES = Array.from({ length: 400 }, (_, i) => `Customer ${i}`);
const TAGS = ['vip', 'finance', 'lab', 'kiosk', 'field', 'spare', 'loan', 'backup'];
const PACKAGES = Array.from(
  { length: 3000 },
  (_, i) => `${['Acme', 'Contoso', 'Open', 'Micro', 'Data'][i % 5]} package ${i}`,
);

/** The facts of device number `i` of the fleet with this seed: about forty fields and some packages. */
export class FleetGenerator {
  readonly #random: SeededRandom;
  readonly #packages: readonly [least: number, most: number];
  readonly #known = new Map<string, FactRecord>();

  constructor(seed: number, packages: readonly [least: number, most: number]) {
    this.#random = new SeededRandom(seed);
    this.#packages = packages;
  }

  /** The next device; call in order. */
  device(i: number): Facts {
    return { ...this.#state(), ...this.#hardware(i), ...this.#identity(i), software: this.#software() };
  }

  #state(): Facts {
    const random = this.#random;
    const [name, family, version] = random.skewed(OS);
    const suspended = random.chance(0.01);
    const online = random.chance(0.6) && !suspended;
    const size = random.pick([128, 256, 512, 1024]);
    const free = Math.round(random.next() ** 2 * size * 100) / 100;
    return {
      'status.online': online,
      'status.suspended': suspended,
      'security.antivirus': random.chance(0.93),
      'security.firewall': random.chance(0.9),
      'security.windowsUpdate': family === 'windows' ? random.chance(0.85) : null,
      'disk.freeGb': free,
      'disk.freePercent': Math.round((free / size) * 1000) / 10,
      'device.type': name.includes('Server') ? 'server' : random.pick(['workstation', 'laptop', 'laptop']),
      'os.name': name,
      'os.family': family,
      'os.version': `${version}.${random.int(30) * 97}`,
      'os.architecture': random.chance(0.98) ? '64-bit' : '32-bit',
      'device.lastSeen': FLEET_NOW - Math.floor(online ? 0 : random.next() ** 3 * 200 * DAY),
      'device.lastAudit': FLEET_NOW - Math.floor(random.next() ** 3 * 60 * DAY),
      'device.enrolledAt': FLEET_NOW - Math.floor(random.next() * 1500 * DAY),
      'agent.version': `1.${random.int(4)}.${random.int(9)}`,
    };
  }

  #hardware(i: number): Facts {
    const random = this.#random;
    const [manufacturer = '', model = ''] = random.skewed(MODELS);
    return {
      'hardware.cpu': random.skewed(CPUS),
      'hardware.cpuCores': random.pick([2, 4, 6, 8, 12, 16]),
      'hardware.memoryGb': random.pick([4, 8, 8, 16, 16, 32, 64]),
      'hardware.manufacturer': manufacturer,
      'hardware.model': model,
      'hardware.motherboard': `${manufacturer} board ${random.int(60)}`,
      'hardware.displayAdapter': [random.pick(['Intel UHD 620', 'Intel Iris Xe', 'NVIDIA T400', 'AMD Radeon'])],
      'hardware.monitor': random.chance(0.7) ? [`Monitor ${random.int(80)}`] : [],
      'hardware.networkAdapter': [random.pick(['Intel I219-LM', 'Realtek PCIe GbE', 'Broadcom NetXtreme'])],
      'bios.name': `${manufacturer} BIOS`,
      'bios.version': `${1 + random.int(3)}.${random.int(40)}.0`,
      'bios.releasedAt': FLEET_NOW - (200 + random.int(60) * 30) * DAY,
      'device.serial': `SN${(i * 7919).toString(36).toUpperCase().padStart(8, '0')}`,
      'network.mac': [mac(i), ...(random.chance(0.5) ? [mac(i + 500_000)] : [])],
    };
  }

  #identity(i: number): Facts {
    const random = this.#random;
    const profile = random.skewed(PROFILES);
    const site = random.int(900);
    return {
      'device.hostname': `${random.pick(['PC', 'LT', 'SRV', 'WS'])}-${profile.slice(9)}-${i.toString().padStart(6, '0')}`,
      'device.description': random.chance(0.3) ? `Desk ${random.int(4000)}, floor ${random.int(9)}` : '',
      'profile.id': `profile-${profile.slice(9)}`,
      'profile.name': profile,
      'network.domain': `customer${profile.slice(9)}.local`,
      'network.ip': [`10.${site % 256}.${random.int(256)}.${random.int(256)}`],
      'network.externalIp': `198.51.${site % 256}.${Math.floor(site / 256)}`,
      'device.lastUser': `user${random.int(40_000)}`,
      'device.tags': TAGS.filter(() => random.chance(0.08)),
      'custom.field1': random.chance(0.4) ? `Contract ${random.int(800)}` : '',
    };
  }

  #software(): readonly FactRecord[] {
    const [least, most] = this.#packages;
    const names = new Set<string>();
    const count = least + this.#random.int(most - least + 1);
    while (names.size < count) names.add(this.#random.skewed(PACKAGES));
    return [...names].map((name) => this.#package(name, `${1 + this.#random.int(4)}.${this.#random.int(5)}`));
  }

  /** The same object for the same package, or a fleet of objects would not fit into memory. */
  #package(name: string, version: string): FactRecord {
    const key = `${name} ${version}`;
    const known = this.#known.get(key);
    if (known) return known;
    const record = { name, version };
    this.#known.set(key, record);
    return record;
  }
}

function mac(i: number): string {
  const hex = ((i * 2654435761) % 2 ** 32).toString(16).padStart(8, '0');
  return `02:00:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}:${hex.slice(6, 8)}`;
}
