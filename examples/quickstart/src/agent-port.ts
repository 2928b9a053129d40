import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Below what Linux, macOS and Windows give to outgoing connections, any of which could hold the port at the next start. */
const FIRST = 20_000;
const LAST = 32_000;
const ATTEMPTS = 100;

/** The port on which agents connect: any free one at the first start, the same ever after, since agents keep it. */
export async function agentPortIn(folder: string): Promise<number> {
  const file = join(folder, 'agent-port');
  const kept = Number(await readFile(file, 'utf8').catch(() => ''));
  if (Number.isInteger(kept) && kept > 0 && kept < 65_536) return kept;
  const port = await freePort();
  await writeFile(file, String(port));
  return port;
}

async function freePort(): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const port = randomInt(FIRST, LAST);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
      server.close();
      await once(server, 'close');
      return port;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
