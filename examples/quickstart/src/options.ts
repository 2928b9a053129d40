import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { RmmError } from '@rmm/protocol';

export interface Options {
  /** Port of the console; 0 is any free one. */
  readonly port: number;
  /** Address on which the console and the agents' port listen. */
  readonly host: string;
  /** Where everything is kept. */
  readonly data: string;
  /** Whether this machine becomes a device. */
  readonly agent: boolean;
}

export const HELP = `Starts an RMM server with its console, and an agent that manages this machine.

  npm start -- [options]

  --port N       port of the console, 0 for any free one   (default 8080)
  --host ADDR    address of console and agents' port       (default 127.0.0.1)
  --data DIR     where data, keys and the agent are kept   (default ~/.rmm-quickstart)
  --no-agent     do not enrol this machine
  --help         show this

Agents connect over TLS to a port that is chosen at the first start and then kept.
Ctrl-C ends everything.`;

/** Undefined when help is asked for. @throws RmmError `INVALID_INPUT` naming the flag */
export function parseOptions(args: readonly string[]): Options | undefined {
  let values: { port?: string; host?: string; data?: string; 'no-agent'?: boolean; help?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        'no-agent': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }));
  } catch (error) {
    throw new RmmError('INVALID_INPUT', `${error instanceof Error ? error.message : error}. See --help`);
  }
  if (values.help) return undefined;
  const port = Number(values.port ?? 8080);
  if (values.port?.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RmmError('INVALID_INPUT', `--port must be a whole number from 0 to 65535, not "${values.port}"`);
  }
  return {
    port,
    host: values.host ?? '127.0.0.1',
    data: resolve(values.data ?? join(homedir(), '.rmm-quickstart')),
    agent: !values['no-agent'],
  };
}
