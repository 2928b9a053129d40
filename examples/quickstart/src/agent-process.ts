import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Rmm } from '@rmm/core';
import type { Place } from './first-start.js';
import { LeftProcess } from './left-process.js';

const RESTART_MS = 1000;
const STOP_MS = 10_000;

/** The `rmm-agent` program of the agent's package. */
function agentProgram(): string {
  const manifest = createRequire(import.meta.url).resolve('@rmm/agent-runtime/package.json');
  const { bin } = createRequire(import.meta.url)(manifest) as { bin: { 'rmm-agent': string } };
  return join(dirname(manifest), bin['rmm-agent']);
}

/**
 * Runs the agent of this machine as a process of its own, enrolling it at the first start. Restarts it if it dies. An agent
 * that a killed quickstart left behind goes on with its jobs: it is taken over, not replaced.
 */
export class AgentProcess {
  readonly #rmm: Rmm;
  readonly #place: Place;
  readonly #folder: string;
  readonly #log: (line: string) => void;
  readonly #restartMs: number;
  #child: ChildProcess | undefined;
  #left: LeftProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(parts: { rmm: Rmm; place: Place; folder: string; log: (line: string) => void; restartMs?: number }) {
    this.#rmm = parts.rmm;
    this.#place = parts.place;
    this.#folder = parts.folder;
    this.#log = parts.log;
    this.#restartMs = parts.restartMs ?? RESTART_MS;
  }

  async start(): Promise<void> {
    this.#left = await LeftProcess.find(this.#pidFile, 'rmm-agent');
    if (this.#left) {
      this.#log(`The agent of the last run still works (process ${this.#left.pid}); it is taken over`);
      this.#left.whenGone(() => void this.start());
      return;
    }
    const token = existsSync(join(this.#folder, 'identity.json')) ? undefined : await this.#enrolmentToken();
    if (this.#stopping) return;
    // The token goes through the environment: command lines can be read by every user of the machine.
    const env = { ...process.env, ...(token && { RMM_ENROLMENT_TOKEN: token }) };
    const child = spawn(process.execPath, [agentProgram(), 'run', '--data', this.#folder], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: process.platform !== 'win32',
    });
    this.#child = child;
    if (child.pid !== undefined) await writeFile(this.#pidFile, String(child.pid));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.trimEnd().split('\n')) process.stderr.write(`agent: ${line}\n`);
    });
    child.once('error', (error) => this.#log(`The agent could not be started: ${error.message}`));
    child.once('exit', (code) => this.#ended(code));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    await this.#left?.stop(STOP_MS);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(force);
  }

  get #pidFile(): string {
    return `${this.#folder}.pid`;
  }

  #ended(code: number | null): void {
    if (this.#stopping || code === 0) return;
    this.#startAgain(`The agent ended with code ${code}`);
  }

  #startAgain(why: string): void {
    if (this.#stopping) return;
    this.#log(`${why}; it is started again in ${this.#restartMs / 1000} seconds`);
    this.#restart = setTimeout(() => {
      this.start().catch((error: unknown) =>
        this.#startAgain(`The agent could not be started: ${error instanceof Error ? error.message : error}`),
      );
    }, this.#restartMs);
  }

  async #enrolmentToken(): Promise<string> {
    const here = this.#rmm.as({ kind: 'host', systemId: this.#place.systemId, name: 'Quickstart' });
    const enrolment = await here.enrolments.create({ profileId: this.#place.profileId, expiresInMs: 600_000, uses: 1 });
    return enrolment.token;
  }
}
