import { readdir } from 'node:fs/promises';
import type { SecuritySection } from '@rmm/protocol';
import { outputOf, textOf } from '../collector.js';
import { parseAssignments } from './parse-proc.js';

/** Protection products by the service that does the work. */
const ANTIVIRUS: Readonly<Record<string, string>> = {
  'clamav-daemon': 'ClamAV',
  'clamd@scan': 'ClamAV',
  falcon_sensor: 'CrowdStrike Falcon',
  'falcon-sensor': 'CrowdStrike Falcon',
  mdatp: 'Microsoft Defender for Endpoint',
  'sav-protect': 'Sophos Antivirus',
  'sophos-spl': 'Sophos Protection for Linux',
  sentinelone: 'SentinelOne',
  eea: 'ESET Endpoint Antivirus',
};

export async function linuxSecurity(): Promise<SecuritySection> {
  const names = [...Object.keys(ANTIVIRUS), 'firewalld', 'nftables'];
  const [units, ufw, apt] = await Promise.all([
    outputOf('systemctl', [
      'show',
      '--no-pager',
      '-p',
      'Id,LoadState,ActiveState',
      ...names.map((name) => `${name}.service`),
    ]),
    textOf('/etc/ufw/ufw.conf'),
    readAptPeriodic(),
  ]);
  const services = parseUnits(units);
  const firewall = ['firewalld', 'nftables'].flatMap((name) => productOf(services, name, name));
  const ufwEnabled = parseAssignments(ufw).get('ENABLED');
  if (ufwEnabled !== undefined) firewall.push({ product: 'ufw', enabled: ufwEnabled === 'yes' });
  return {
    antivirus: Object.entries(ANTIVIRUS).flatMap(([unit, product]) => productOf(services, unit, product)),
    firewall,
    ...(apt !== undefined && { updates: { product: 'unattended-upgrades', enabled: apt } }),
  };
}

/** Units by name, and whether each is active; those that are not installed are left out. */
export function parseUnits(text: string): ReadonlyMap<string, boolean> {
  const units = new Map<string, boolean>();
  for (const block of text.split(/\n\s*\n/)) {
    const fields = parseAssignments(block);
    const name = fields.get('Id')?.replace(/\.service$/, '');
    if (name !== undefined && fields.get('LoadState') === 'loaded')
      units.set(name, fields.get('ActiveState') === 'active');
  }
  return units;
}

function productOf(services: ReadonlyMap<string, boolean>, unit: string, product: string) {
  const enabled = services.get(unit);
  return enabled === undefined ? [] : [{ product, enabled }];
}

async function readAptPeriodic(): Promise<boolean | undefined> {
  const folder = '/etc/apt/apt.conf.d';
  const files = (await readdir(folder).catch(() => [])).sort();
  const texts = await Promise.all(files.map((name) => textOf(`${folder}/${name}`)));
  return parseUnattended(texts.join('\n'));
}

/** Whether apt upgrades by itself, as the last setting says; undefined when none does. */
export function parseUnattended(text: string): boolean | undefined {
  const settings = [...text.matchAll(/^\s*APT::Periodic::Unattended-Upgrade\s+"([^"]*)"\s*;/gm)];
  const last = settings.at(-1)?.[1];
  return last === undefined ? undefined : Number(last) > 0 || last === 'always';
}
