import { RmmError } from '@rmm/protocol';
import type { RmmPlugin } from './plugin.js';

/** Whether `version` satisfies a caret range, an exact version, or `*`: as much of semver as `compat` needs. */
export function satisfies(version: string, range: string): boolean {
  if (range === '*') return true;
  const wanted = /^\^?(\d+)\.(\d+)\.(\d+)$/.exec(range);
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (!wanted) return false;
  const [wantedMajor, wantedMinor, wantedPatch] = [Number(wanted[1]), Number(wanted[2]), Number(wanted[3])];
  if (!range.startsWith('^')) return version === range;
  if (wantedMajor > 0)
    return major === wantedMajor && (minor > wantedMinor || (minor === wantedMinor && patch >= wantedPatch));
  if (wantedMinor > 0) return major === 0 && minor === wantedMinor && patch >= wantedPatch;
  return major === 0 && minor === 0 && patch === wantedPatch;
}

/**
 * Checks ids, versions and requirements, and puts required plugins first.
 * @throws RmmError `PLUGIN_INVALID`, `PLUGIN_INCOMPATIBLE`
 */
export function orderPlugins(plugins: readonly RmmPlugin[], sdkVersion: string): readonly RmmPlugin[] {
  const byId = new Map<string, RmmPlugin>();
  for (const plugin of plugins) {
    if (!/^[a-z][a-z0-9-]*$/.test(plugin.id))
      throw new RmmError('PLUGIN_INVALID', `The plugin id "${plugin.id}" is malformed`);
    if (byId.has(plugin.id)) throw new RmmError('PLUGIN_INVALID', `The plugin "${plugin.id}" is given twice`);
    if (!satisfies(sdkVersion, plugin.compat)) {
      throw new RmmError(
        'PLUGIN_INCOMPATIBLE',
        `The plugin "${plugin.id}" is made for SDK ${plugin.compat}; this is ${sdkVersion}`,
      );
    }
    byId.set(plugin.id, plugin);
  }
  const ordered = new Set<RmmPlugin>();
  const visit = (plugin: RmmPlugin, path: readonly string[]) => {
    if (ordered.has(plugin)) return;
    if (path.includes(plugin.id)) {
      throw new RmmError(
        'PLUGIN_INVALID',
        `Plugins require each other in a circle: ${[...path, plugin.id].join(' → ')}`,
      );
    }
    for (const id of plugin.requires ?? []) {
      const other = byId.get(id);
      if (!other)
        throw new RmmError(
          'PLUGIN_INCOMPATIBLE',
          `The plugin "${plugin.id}" requires the plugin "${id}", which is not given`,
        );
      visit(other, [...path, plugin.id]);
    }
    ordered.add(plugin);
  };
  for (const plugin of plugins) visit(plugin, []);
  return [...ordered];
}
