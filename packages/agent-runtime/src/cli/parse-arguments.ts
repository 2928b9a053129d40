import { parseArgs } from 'node:util';
import { reasonOf } from '../agent/agent-log.js';

export const COMMANDS = ['enrol', 'run', 'audit', 'uninstall', 'help', 'version'] as const;
export type CliCommand = (typeof COMMANDS)[number];

export interface CliArguments {
  readonly command: CliCommand;
  readonly dataDir: string | undefined;
  readonly token: string | undefined;
  readonly proxy: string | undefined;
  readonly maxJobs: number | undefined;
}

/** What was typed cannot be understood; the message says what to type instead. */
export class UsageError extends Error {}

/** @throws UsageError */
export function parseArguments(argv: readonly string[], environment: NodeJS.ProcessEnv = process.env): CliArguments {
  const { values, positionals } = parse(argv);
  const command = values.help ? 'help' : values.version ? 'version' : (positionals[0] ?? 'help');
  if (!isCommand(command)) throw new UsageError(`Unknown command "${command}"`);
  if (positionals.length > 1) throw new UsageError(`Unexpected "${positionals[1]}"`);
  const maxJobs = values['max-jobs'] === undefined ? undefined : Number(values['max-jobs']);
  if (maxJobs !== undefined && !(Number.isInteger(maxJobs) && maxJobs >= 1 && maxJobs <= 64)) {
    throw new UsageError('--max-jobs takes a number from 1 to 64');
  }
  // From the environment too: a command line can be read by every user of the machine.
  const token = values.token ?? environment.RMM_ENROLMENT_TOKEN;
  if (command === 'enrol' && token === undefined) {
    throw new UsageError(
      'enrol needs --token TOKEN (or RMM_ENROLMENT_TOKEN in the environment), from the Profile’s page in the console',
    );
  }
  return { command, dataDir: values.data, token, proxy: values.proxy, maxJobs };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        token: { type: 'string' },
        proxy: { type: 'string' },
        'max-jobs': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'V' },
      },
    });
  } catch (error) {
    throw new UsageError(reasonOf(error));
  }
}

function isCommand(text: string): text is CliCommand {
  return (COMMANDS as readonly string[]).includes(text);
}

export const USAGE = `Usage: rmm-agent COMMAND [options]

Commands
  enrol --token TOKEN   join the Profile that the token names, and leave
  run [--token TOKEN]   connect and stay; enrols first when that is still to be done
  audit                 print this device's audit as JSON
  uninstall             remove the identity and all data of the agent
  help, version

Options
  --data DIR            the agent's folder (default: %DATA%)
  --proxy URL           HTTP proxy; HTTPS_PROXY and NO_PROXY are heeded too
  --max-jobs N          scripts that run at a time (default: 4)

The token can also be given as RMM_ENROLMENT_TOKEN in the environment.

Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 refused by the server, 4 data folder not usable.
`;
