import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PolicyEnforcer, PolicySettings } from '@rmm/agent-runtime';

/** Where Chromium looks for what it must obey on Linux. */
export const CHROMIUM_POLICIES = '/etc/chromium/policies/managed';

const UPDATE_URL = 'https://clients2.google.com/service/update2/crx';
const INCOGNITO = ['available', 'disabled', 'forced'];

/** Give it to `createAgent({ policyEnforcers: [browserEnforcer()] })`: the browsers of the device obey, online or not. */
export function browserEnforcer(folder = CHROMIUM_POLICIES): PolicyEnforcer {
  const file = join(folder, 'rmm.json');
  return {
    type: 'browser',
    apply: async (settings) => {
      if (settings === undefined) return rm(file, { force: true });
      await mkdir(folder, { recursive: true });
      // The browser may read at any moment: it finds the old file or the new one.
      await writeFile(`${file}.new`, JSON.stringify(chromiumPolicies(settings), null, 2));
      await rename(`${file}.new`, file);
    },
  };
}

/** The settings in Chromium's own words; what is not set Chromium decides by itself. */
function chromiumPolicies({ startPage, incognito, extensions }: PolicySettings): Record<string, unknown> {
  return {
    ...(typeof startPage === 'string' && {
      HomepageLocation: startPage,
      RestoreOnStartup: 4,
      RestoreOnStartupURLs: [startPage],
    }),
    ...(typeof incognito === 'string' && { IncognitoModeAvailability: INCOGNITO.indexOf(incognito) }),
    ...(Array.isArray(extensions) && { ExtensionInstallForcelist: extensions.map((id) => `${id};${UPDATE_URL}`) }),
  };
}
