import { tmpdir } from 'node:os';
import { type ErrorCode, isRmmError } from '@rmm/protocol';
import { scriptEnvironment } from './base-environment.js';
import { consoleCodePage } from './console-code-page.js';
import { Execution } from './execution.js';
import { chooseInterpreter } from './interpreters.js';
import { openOutputs } from './output-source.js';
import { makeScriptFolder, removeScriptFolder } from './script-folder.js';
import type { ScriptResult, ScriptRun } from './script-run.js';

/**
 * Runs a script to its end, as the agent does. It never throws for what a script can do: a missing interpreter, a full
 * disk, a flood of output, a process tree that must be ended; all are results.
 *
 * The result comes when the script's own process exits; a daemon that it left behind is left alone, unless the execution
 * is ended by time or cancelled.
 */
export async function runScript(run: ScriptRun): Promise<ScriptResult> {
  if (run.signal?.aborted) return notStarted('cancelled');
  let folder: string | undefined;
  try {
    const environment = scriptEnvironment(run.id, run.environment);
    const invocation = chooseInterpreter(run.language, environment);
    const codePage = await consoleCodePage(run.language);
    folder = await makeScriptFolder(run.tempRoot ?? tmpdir(), invocation.fileName, run.language, run.script);
    const sources = await openOutputs(folder);
    try {
      return await new Execution(run, invocation, { folder, environment, codePage, sources }).result();
    } finally {
      sources.stdout.destroy();
      sources.stderr.destroy();
    }
  } catch (error) {
    return notStarted('failed', startError(error));
  } finally {
    if (folder !== undefined) await removeScriptFolder(folder);
  }
}

function notStarted(outcome: 'cancelled' | 'failed', error?: ScriptResult['error']): ScriptResult {
  return {
    outcome,
    exitCode: null,
    startedAt: null,
    endedAt: Date.now(),
    stdout: '',
    stderr: '',
    stdoutBytes: 0,
    stderrBytes: 0,
    ...(error && { error }),
  };
}

function startError(error: unknown): { code: ErrorCode; message: string } {
  if (isRmmError(error)) return { code: error.code, message: error.message };
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    return { code: 'AGENT_STORAGE_FULL', message: `The device's disk is full: ${reason}` };
  }
  return { code: 'SCRIPT_NOT_STARTED', message: `The script could not be started: ${reason}` };
}
