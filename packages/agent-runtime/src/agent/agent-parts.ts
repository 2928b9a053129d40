import { RmmError } from '@rmm/protocol';
import { Auditor } from '../audit/auditor.js';
import { CommandDesk } from '../command/command-desk.js';
import { JobRunner } from '../command/job-runner.js';
import { Journal } from '../command/journal.js';
import { Outbox } from '../command/outbox.js';
import { IdentityStore } from '../identity/identity.js';
import { AgentSettings } from '../policy/agent-settings.js';
import { PolicyKeeper } from '../policy/policy-keeper.js';
import { AgentState } from '../storage/agent-state.js';
import { Ballast } from '../storage/ballast.js';
import { clearLeftovers, type DataFolder, openDataFolder } from '../storage/data-folder.js';
import { lockFolder } from '../storage/folder-lock.js';
import type { Link } from '../wire/link.js';
import { codeOf, reasonOf } from './agent-log.js';
import { type AgentOptions, builtAuditCommand, DEFAULTS } from './agent-options.js';
import { ServerClock } from './server-clock.js';

/** A data folder in use. */
export interface OpenFolder {
  readonly folder: DataFolder;
  readonly store: IdentityStore;
  readonly unlock: () => Promise<void>;
}

/** Everything that works in an agent but the connection. */
export interface AgentParts extends OpenFolder {
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly jobs: JobRunner;
  readonly auditor: Auditor;
  readonly desk: CommandDesk;
  readonly clock: ServerClock;
  readonly state: AgentState;
  readonly policies: PolicyKeeper;
}

/** @throws RmmError `STORAGE_UNWRITABLE`, `STORAGE_LOCKED` */
export async function openFolder(dataDir: string): Promise<OpenFolder> {
  const folder = await openDataFolder(dataDir);
  const unlock = await lockFolder(folder.lock).catch((error: unknown) => {
    throw unwritable(folder, error);
  });
  try {
    await clearLeftovers(folder);
    return { folder, store: await IdentityStore.open(folder.identity, folder.enrolling), unlock };
  } catch (error) {
    await unlock();
    throw unwritable(folder, error);
  }
}

function unwritable(folder: DataFolder, error: unknown): unknown {
  if (error instanceof RmmError) return error;
  const full = codeOf(error) === 'ENOSPC' ? ': its disk is full' : '';
  return new RmmError(
    'STORAGE_UNWRITABLE',
    `The agent cannot use its data folder ${folder.root}${full} (${reasonOf(error)})`,
    {
      cause: error,
    },
  );
}

/** Opens the folder and builds the parts over it. */
export async function openParts(
  options: AgentOptions,
  hooks: { link(): Link | undefined; uninstall(): void },
): Promise<AgentParts> {
  const opened = await openFolder(options.dataDir);
  const { folder, unlock } = opened;
  const log = options.log ?? DEFAULTS.log;
  try {
    const ballast = new Ballast(folder.ballast);
    await ballast.hold();
    const state = await AgentState.open(folder.state);
    const clock = new ServerClock(state);
    const settings = new AgentSettings();
    const policies = await PolicyKeeper.open(folder.policy, [settings, ...(options.policyEnforcers ?? [])], log);
    const journal = await Journal.open(folder.journal, state);
    const outbox = new Outbox(journal, ballast, log);
    const jobs = new JobRunner({
      journal,
      outbox,
      clock,
      log,
      runFolder: folder.run,
      maxJobs: options.maxJobs ?? DEFAULTS.maxJobs,
      send: (frame) => hooks.link()?.send(frame, true) ?? false,
    });
    const command = options.auditCommand ?? builtAuditCommand();
    const auditor = new Auditor({ command, folder: folder.audit, state, clock, log, settings });
    const { uninstalling } = folder;
    const desk = new CommandDesk({
      journal,
      outbox,
      jobs,
      auditor,
      policies,
      settings,
      clock,
      log,
      uninstalling,
      uninstall: hooks.uninstall,
    });
    return { ...opened, journal, outbox, jobs, auditor, desk, clock, state, policies };
  } catch (error) {
    await unlock();
    throw unwritable(folder, error);
  }
}
