import type { SoftwareSection } from '@rmm/protocol';
import { counted, known } from '../collector.js';

type Package = SoftwareSection['packages'][number];

export const DPKG_FORMAT =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  '${db:Status-Abbrev}\\t${Package}\\t${Version}\\t${Architecture}\\t${Installed-Size}\\t${Maintainer}\\n';

/** Output of `dpkg-query -W -f DPKG_FORMAT`: what is installed, as `dpkg -l | grep ^ii` counts it. */
export function parseDpkg(text: string): Package[] {
  return rows(text)
    .filter(([status]) => status?.startsWith('ii'))
    .map(([, name = '', version = '', architecture, kilobytes, maintainer]) => ({
      name,
      version,
      ...known('architecture', architecture),
      ...known('publisher', maintainer?.replace(/\s*<[^>]*>\s*$/, '')),
      ...(kilobytes ? counted('sizeBytes', Number(kilobytes) * 1024) : {}),
      source: 'dpkg',
    }));
}

export const RPM_FORMAT =
  '%{NAME}\\t%{EPOCHNUM}\\t%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{SIZE}\\t%{INSTALLTIME}\\t%{VENDOR}\\n';

/** Output of `rpm -qa --qf RPM_FORMAT`. Keys that rpm lists among the packages are none. */
export function parseRpm(text: string): Package[] {
  return rows(text)
    .filter(([name, , version]) => name && version && name !== 'gpg-pubkey')
    .map(([name = '', epoch, version = '', architecture, size, installed, vendor]) => ({
      name,
      version: epoch && epoch !== '0' ? `${epoch}:${version}` : version,
      ...known('architecture', architecture),
      ...known('publisher', vendor === '(none)' ? undefined : vendor),
      ...(size ? counted('sizeBytes', Number(size)) : {}),
      ...known('installedOn', isoDate(Number(installed) * 1000)),
      source: 'rpm',
    }));
}

/** Alpine's `/lib/apk/db/installed`: blocks of `K:value` lines. */
export function parseApk(text: string): Package[] {
  return text
    .split(/\n\s*\n/)
    .map((block) => new Map(block.split('\n').map((line) => [line.slice(0, 2), line.slice(2)])))
    .filter((fields) => fields.has('P:') && fields.has('V:'))
    .map((fields) => ({
      name: fields.get('P:') ?? '',
      version: fields.get('V:') ?? '',
      ...known('architecture', fields.get('A:')),
      ...(fields.has('I:') ? counted('sizeBytes', Number(fields.get('I:'))) : {}),
      source: 'apk',
    }));
}

/** Output of `pacman -Q`: name and version a line. */
export function parsePacman(text: string): Package[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(' '))
    .filter(([name, version]) => name && version)
    .map(([name = '', version = '']) => ({ name, version, source: 'pacman' }));
}

/** Output of `snap list`: a heading, then name, version, revision, tracking, publisher, notes. */
export function parseSnap(text: string): Package[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([name, version]) => name && version)
    .map(([name = '', version = '', , , publisher]) => ({
      name,
      version,
      ...known('publisher', publisher?.replace(/[*✓]+$/u, '')),
      source: 'snap',
    }));
}

/** The day of a moment, UTC; undefined when it is none. */
export function isoDate(time: number): string | undefined {
  return time > 0 && Number.isFinite(time) ? new Date(time).toISOString().slice(0, 10) : undefined;
}

function rows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}
