import type { Filter } from '@rmm/client';
import type { IconName } from '../parts/icon-paths.js';

/** Signs for the default filters, by the end of their id. */
const ICONS: readonly (readonly [end: RegExp, icon: IconName])[] = [
  [/-all$/, 'system'],
  [/-favourites$/, 'star'],
  [/-type-server$/, 'server'],
  [/-type-workstation$/, 'workstation'],
  [/-type-laptop$/, 'laptop'],
  [/-type-smartphone$/, 'smartphone'],
  [/disk$/, 'disk'],
  [/-no-(antivirus|firewall)$/, 'shield'],
  [/-offline/, 'clock'],
  [/-online$/, 'check'],
  [/-stale-audit$/, 'audit'],
];

export function filterIcon({ id, builtIn }: Filter): IconName {
  return (builtIn && ICONS.find(([end]) => end.test(id))?.[1]) || 'filter';
}
