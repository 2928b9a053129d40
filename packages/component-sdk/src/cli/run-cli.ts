import { parseArgs } from 'node:util';
import { RmmError } from '@rmm/protocol';
import type { Component } from '../manifest/component-manifest.js';
import { loadComponent } from '../manifest/load-component.js';
import { type ComponentResult, runComponent } from '../run-component.js';

const USAGE = `Usage: rmm-component COMMAND MANIFEST [options]

Commands
  validate MANIFEST...               check manifests and their scripts
  run MANIFEST [--input NAME=VALUE]  run the component here, as an agent would

Options
  --input NAME=VALUE   an input; may be given several times
  --json               print the whole result as JSON

Exit codes of run: the script's own; 124 when its time was up, 125 when it could not be run.
Exit codes otherwise: 0 fine, 1 the manifest is wrong, 2 wrong usage.
`;
const TIMED_OUT = 124;
const NOT_RUN = 125;

interface Arguments {
  readonly command: string;
  readonly paths: readonly string[];
  readonly inputs: Readonly<Record<string, string>>;
  readonly json: boolean;
}

/** Runs the `rmm-component` program. @returns its exit code */
export async function runCli(argv: readonly string[]): Promise<number> {
  let args: Arguments;
  try {
    args = parse(argv);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  switch (args.command) {
    case 'help':
      console.log(USAGE);
      return 0;
    case 'validate':
      return validate(args.paths);
    default:
      return run(args);
  }
}

function parse(argv: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      input: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command = 'help', ...paths] = positionals;
  if (values.help || command === 'help') return { command: 'help', paths, inputs: {}, json: false };
  if (command !== 'validate' && command !== 'run') throw new Error(`Unknown command "${command}"`);
  if (paths.length === 0) throw new Error(`${command} needs the path of a manifest`);
  if (command === 'run' && paths.length > 1) throw new Error(`Unexpected "${paths[1]}": run takes one manifest`);
  const inputs = values.input.map((text) => {
    const equals = text.indexOf('=');
    if (equals < 1) throw new Error(`--input takes NAME=VALUE, not "${text}"`);
    return [text.slice(0, equals), text.slice(equals + 1)] as const;
  });
  return { command, paths, inputs: Object.fromEntries(inputs), json: values.json };
}

async function validate(paths: readonly string[]): Promise<number> {
  let failures = 0;
  for (const path of paths) {
    try {
      const { name, uid } = await loadComponent(path);
      console.log(`${path}: fine (${name}, ${uid})`);
    } catch (error) {
      failures++;
      tell(path, error);
    }
  }
  return failures === 0 ? 0 : 1;
}

async function run({ paths: [path = ''], inputs, json }: Arguments): Promise<number> {
  let component: Component;
  try {
    component = await loadComponent(path);
  } catch (error) {
    tell(path, error);
    return 1;
  }
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const show = (stream: 'stdout' | 'stderr', text: string) => process[stream].write(text);
    const result = await runComponent(component, inputs, { signal: abort.signal, ...(!json && { onOutput: show }) });
    if (json) console.log(JSON.stringify(result, null, 2));
    else summarise(result);
    return exitCodeOf(result);
  } catch (error) {
    tell(path, error);
    return NOT_RUN;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

function summarise({ outcome, exitCode, error, result, verdict }: ComponentResult): void {
  if (error) console.error(`-- ${error.message} (${error.code})`);
  else console.error(`-- ${outcome}${exitCode === null ? '' : ` with code ${exitCode}`}`);
  if (verdict)
    console.error(verdict.state === 'fine' ? '-- fine, output not collected' : `-- alert: ${verdict.result}`);
  else if (result !== undefined) console.error(`-- result: ${result}`);
}

function exitCodeOf({ outcome, exitCode }: ComponentResult): number {
  if (outcome === 'timed-out') return TIMED_OUT;
  return outcome === 'exited' && exitCode !== null ? exitCode : NOT_RUN;
}

function tell(path: string, error: unknown): void {
  const code = error instanceof RmmError ? ` (${error.code})` : '';
  const message = error instanceof Error ? error.message : String(error);
  console.error(message.startsWith(path) ? `${message}${code}` : `${path}: ${message}${code}`);
}
