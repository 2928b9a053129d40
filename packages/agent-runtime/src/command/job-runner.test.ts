import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning, type ProcessRef, processRef } from '@rmm/component-sdk/runner';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requires } from '../../../../test/support/requires.js';
import { ServerClock } from '../agent/server-clock.js';
import { AgentState } from '../storage/agent-state.js';
import { Ballast } from '../storage/ballast.js';
import { JobRunner } from './job-runner.js';
import { Journal } from './journal.js';
import { entryFileName } from './journal-entry.js';
import { Outbox } from './outbox.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-job-runner-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A runner over a journal in which a script was running when its agent went. */
async function afterCrash(process: ProcessRef): Promise<{ jobs: JobRunner; journal: Journal }> {
  const journalFolder = join(folder, 'journal');
  mkdirSync(journalFolder);
  const entry = { v: 1, id: 'c1', counter: 1, expiresAt: 1, state: 'starting', startedAt: 1, process };
  writeFileSync(join(journalFolder, entryFileName('c1')), JSON.stringify(entry));
  const state = await AgentState.open(join(folder, 'state.json'));
  const journal = await Journal.open(journalFolder, state);
  const log = () => undefined;
  const outbox = new Outbox(journal, new Ballast(join(folder, 'ballast')), log);
  const clock = new ServerClock(state);
  const jobs = new JobRunner({ journal, outbox, clock, log, runFolder: folder, maxJobs: 1, send: () => false });
  return { jobs, journal };
}

describe.runIf(requires('Linux', process.platform === 'linux'))('a script that ran when the agent crashed', () => {
  const start = () => spawn('sleep', ['30'], { detached: true, stdio: 'ignore' });

  test('is ended and told as interrupted', async () => {
    const script = start();
    const ended = once(script, 'exit');
    const { jobs, journal } = await afterCrash(processRef(script.pid ?? 0) ?? { pid: 0 });
    await jobs.recover(false);
    await ended;
    expect(await journal.endOf('c1')).toMatchObject({ outcome: 'failed', error: { code: 'AGENT_INTERRUPTED' } });
  });

  test('is left alone where only its number is known, which may be another program’s by now', async () => {
    const stranger = start();
    const { jobs, journal } = await afterCrash({ pid: stranger.pid ?? 0 });
    await jobs.recover(false);
    expect(isRunning({ pid: stranger.pid ?? 0 })).toBe(true);
    expect(await journal.endOf('c1')).toMatchObject({ outcome: 'failed', error: { code: 'AGENT_INTERRUPTED' } });
    stranger.kill('SIGKILL');
  });
});
