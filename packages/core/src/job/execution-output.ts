import type { CommandEnd } from '../agent/command-kind.js';
import type { Data } from '../data/data.js';
import { executionOutputModel } from './job-models.js';

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Keeps what a script printed, in the transaction in which its execution ends. */
export async function storeOutput(data: Data, executionId: string, { stdout, stderr }: CommandEnd): Promise<void> {
  if (stdout + stderr === '') return;
  await data.put(executionOutputModel, { executionId, stdout, stderr });
}

export async function readOutput(data: Data, executionId: string): Promise<Output> {
  const row = await data.one(executionOutputModel, { executionId });
  return { stdout: row?.stdout ?? '', stderr: row?.stderr ?? '' };
}
