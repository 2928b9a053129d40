import { type ChildProcess, spawn } from 'node:child_process';

/** The agent's program, running. */
export class AgentProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  /** What it told on standard error. */
  log = '';

  constructor(
    program: string,
    args: readonly string[],
    options: { env?: NodeJS.ProcessEnv; argv0?: readonly string[] } = {},
  ) {
    const [command = process.execPath, ...before] = options.argv0 ?? [process.execPath];
    this.child = spawn(command, [...before, program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.log += text;
      });
    }
    this.exited = new Promise((resolve) => this.child.once('close', (code) => resolve(code)));
  }

  /** Ends it as a crash would, at once. */
  async crash(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** Asks it to end. @returns the exit code */
  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.exited;
  }
}
