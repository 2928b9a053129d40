import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CANDIDATES = [process.env.RMM_TEST_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** Path of the Chromium to test with; undefined when there is none. */
export const CHROMIUM = CANDIDATES.find((path) => path !== undefined && existsSync(path));

/** How long a busy machine may take for a step in a browser, milliseconds; a test has some dozens of them. */
export const STEP_MS = 60_000;
export const STORY_MS = 240_000;

const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser without a window. Root may not have Chromium's own sandbox. */
export function launchChromium(): Promise<Browser> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox', ...QUIET] : QUIET;
  return chromium.launch({ args, timeout: STEP_MS, ...(CHROMIUM && { executablePath: CHROMIUM }) });
}
