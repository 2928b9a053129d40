import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../examples/quickstart/dist/main.js', import.meta.url));
const PATIENCE_MS = 120_000;

export interface QuickstartProcess {
  /** Where the console is, without a slash at its end. */
  readonly url: string;
  readonly email: string;
  readonly password: string;
  /** Ends it as Ctrl-C would, and removes its data. */
  stop(): Promise<void>;
}

/** The quickstart as a newcomer starts it: a process of its own in an empty folder, on a free port. */
export async function startQuickstart(...args: string[]): Promise<QuickstartProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'rmm-e2e-'));
  const child = spawn(process.execPath, [PROGRAM, '--port', '0', '--data', join(folder, 'data'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGINT');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  let said = '';
  try {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`The quickstart did not start:\n${said}`)), PATIENCE_MS);
      const hear = (text: string) => {
        said += text;
        if (!said.includes('Ctrl-C')) return;
        clearTimeout(late);
        resolve();
      };
      child.stdout.setEncoding('utf8').on('data', hear);
      child.stderr.setEncoding('utf8').on('data', hear);
      child.once('exit', () => reject(new Error(`The quickstart ended:\n${said}`)));
    });
  } catch (error) {
    await stop();
    throw error;
  }
  const [, url = ''] = /Console: (\S+)/.exec(said) ?? [];
  const [, email = '', password = ''] = /Sign in: (\S+) (\S+)/.exec(said) ?? [];
  return { url: url.replace(/\/$/, ''), email, password, stop };
}
