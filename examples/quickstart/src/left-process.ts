import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const POLL_MS = 500;

/** A process of an earlier run that is still there. */
export class LeftProcess {
  readonly pid: number;
  #timer: NodeJS.Timeout | undefined;

  private constructor(pid: number) {
    this.pid = pid;
  }

  /** The process that `pidFile` names, if it goes by a name that holds `mark`: the number alone may serve another by now. */
  static async find(pidFile: string, mark: string): Promise<LeftProcess | undefined> {
    const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
    if (!Number.isInteger(pid) || pid <= 1) return undefined;
    try {
      const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'args=', '-p', String(pid)]);
      return stdout.includes(mark) ? new LeftProcess(pid) : undefined;
    } catch {
      return undefined;
    }
  }

  whenGone(run: () => void): void {
    this.#timer = setInterval(() => {
      if (this.#isThere()) return;
      clearInterval(this.#timer);
      run();
    }, POLL_MS);
  }

  /** Ends it, by force after `forceMs`. One that nobody buries (in a container without an init) is not waited for longer. */
  async stop(forceMs: number): Promise<void> {
    clearInterval(this.#timer);
    this.#signal('SIGTERM');
    if (await this.#goneWithin(forceMs)) return;
    this.#signal('SIGKILL');
    await this.#goneWithin(1000);
  }

  async #goneWithin(ms: number): Promise<boolean> {
    for (const until = Date.now() + ms; this.#isThere(); ) {
      if (Date.now() > until) return false;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return true;
  }

  #isThere(): boolean {
    return this.#signal(0);
  }

  #signal(signal: NodeJS.Signals | 0): boolean {
    try {
      return process.kill(this.pid, signal);
    } catch {
      return false;
    }
  }
}
