import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TEMPORARY } from '../storage/write-durably.js';

/** What an agent's journal holds on the disk, without what is only being written. */
export function journalText(dataDir: string): string {
  const folder = join(dataDir, 'journal');
  const names = readdirSync(folder).filter((name) => !name.startsWith(TEMPORARY));
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
}
