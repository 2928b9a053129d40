import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { EXECUTION_MARK, type ProcessRef } from './script-run.js';

const execFileText = promisify(execFile);

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly stamp?: string;
  readonly zombie: boolean;
}

/** Names a process so that it is not mistaken for a later one with the same number. Undefined when there is none. */
export function processRef(pid: number): ProcessRef | undefined {
  if (process.platform !== 'linux') return isAlive(pid) ? { pid } : undefined;
  const row = readLinux(pid);
  return row && { pid, ...(row.stamp !== undefined && { stamp: row.stamp }) };
}

/** Whether this very process still runs. */
export function isRunning(ref: ProcessRef): boolean {
  if (process.platform !== 'linux') return isAlive(ref.pid);
  const row = readLinux(ref.pid);
  return row !== undefined && !row.zombie && (ref.stamp === undefined || row.stamp === ref.stamp);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * The processes that belong to an execution: its first process, their descendants, its process group and session, and
 * on Linux whatever carries its mark in its environment, even when it has detached itself from all of these.
 */
export async function processesOf(executionId: string, root: ProcessRef | undefined): Promise<ProcessRef[]> {
  const linux = process.platform === 'linux';
  const rows = linux ? linuxTable() : await psTable();
  const mark = `${EXECUTION_MARK}=${executionId}`;
  const rootPid = root !== undefined && namesStill(root, rows) ? root.pid : undefined;
  const members = new Map<number, ProcessRow>();
  const isSeed = (row: ProcessRow) =>
    (rootPid !== undefined && (row.pid === rootPid || row.group === rootPid || row.session === rootPid)) ||
    (linux && carriesMark(row.pid, mark));
  for (const row of rows) if (isSeed(row)) members.set(row.pid, row);
  for (let grown = true; grown; ) {
    grown = false;
    for (const row of rows) {
      if (members.has(row.pid) || !members.has(row.parent)) continue;
      members.set(row.pid, row);
      grown = true;
    }
  }
  members.delete(process.pid);
  return [...members.values()]
    .filter(({ zombie }) => !zombie)
    .map(({ pid, stamp }) => ({ pid, ...(stamp !== undefined && { stamp }) }));
}

/**
 * Whether a process number still means the same. A later process under it makes its group and session a stranger's, too;
 * so does another boot, or another computer, even where the session's first process is gone, as with every daemon.
 */
function namesStill(root: ProcessRef, rows: readonly ProcessRow[]): boolean {
  if (root.stamp === undefined) return true;
  const leader = rows.find(({ pid }) => pid === root.pid);
  return leader === undefined ? root.stamp.startsWith(`${currentBoot()}/`) : leader.stamp === root.stamp;
}

let bootId: string | undefined;

/** @throws the system's error where `/proc` does not tell */
function currentBoot(): string {
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return bootId;
}

function readLinux(pid: number): ProcessRow | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      pid,
      parent: Number(fields[1]),
      group: Number(fields[2]),
      session: Number(fields[3]),
      stamp: `${currentBoot()}/${fields[19]}`,
      zombie: fields[0] === 'Z' || fields[0] === 'X',
    };
  } catch {
    return undefined;
  }
}

function linuxTable(): ProcessRow[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readLinux(Number(name)))
    .filter((row) => row !== undefined);
}

function carriesMark(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
  } catch {
    return false;
  }
}

async function psTable(): Promise<ProcessRow[]> {
  try {
    const { stdout } = await execFileText('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=']);
    return stdout
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields.length >= 4)
      .map(([pid, parent, group, state]) => ({
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        session: -1,
        zombie: state?.startsWith('Z') ?? false,
      }));
  } catch {
    return [];
  }
}
