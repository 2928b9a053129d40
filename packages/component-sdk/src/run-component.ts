import { randomUUID } from 'node:crypto';
import { RmmError } from '@rmm/protocol';
import type { Component } from './manifest/component-manifest.js';
import { type InputValue, resolveInputs } from './manifest/variable-value.js';
import { type MonitorVerdict, monitorVerdict, parseResultBlock } from './result-block.js';
import { runScript } from './run/run-script.js';
import type { ScriptResult, ScriptRun } from './run/script-run.js';

/** A component's run, and what its output means. */
export interface ComponentResult extends ScriptResult {
  /** The result block's text. */
  readonly result?: string;
  /** Of a monitor that ran to its end. */
  readonly verdict?: MonitorVerdict;
}

/** Watching and ending a run. */
export type RunOptions = Pick<ScriptRun, 'signal' | 'onOutput' | 'tempRoot'>;

/** What a component takes: of one defined in code the types are known. */
export type InputsFor<C extends Component> = C extends { readonly inputs?: infer Inputs }
  ? unknown extends Inputs
    ? Readonly<Record<string, InputValue | undefined>>
    : NonNullable<Inputs>
  : Readonly<Record<string, InputValue | undefined>>;

/**
 * Runs a component on this computer as the agent would: same interpreters, environment, limits and end of the process tree.
 *
 * @throws RmmError `INVALID_INPUT` when the inputs do not suit its variables, `COMPONENT_NOT_RUNNABLE` on another platform than
 * the component's. What the script does is never an exception but a result.
 */
export async function runComponent<C extends Component>(
  component: C,
  inputs: InputsFor<C>,
  options: RunOptions = {},
): Promise<ComponentResult> {
  const here = platformHere();
  if (!component.platforms.includes(here)) {
    throw new RmmError(
      'COMPONENT_NOT_RUNNABLE',
      `${component.name} runs on ${component.platforms.join(', ')}; this computer is ${here}`,
    );
  }
  const environment = resolveInputs(component.variables, inputs);
  const { language, script, timeoutMs } = component;
  const run = await runScript({ ...options, id: randomUUID(), language, script, environment, timeoutMs });
  const result = parseResultBlock(run.stdout);
  const isJudged = component.kind === 'monitor' && run.outcome === 'exited';
  return {
    ...run,
    ...(result !== undefined && { result }),
    ...(isJudged && { verdict: monitorVerdict(run.exitCode, run.stdout) }),
  };
}

function platformHere(): 'linux' | 'windows' | 'macos' {
  return process.platform === 'win32' ? 'windows' : process.platform === 'darwin' ? 'macos' : 'linux';
}
