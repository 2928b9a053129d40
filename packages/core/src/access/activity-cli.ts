import { parseArgs } from 'node:util';
import type { ChainPlace } from './activity-chain.js';
import { type FileVerdict, verifyActivityFile } from './verify-activity-file.js';

const USAGE = `Usage: rmm-activity verify FILE [options]

Checks an exported activity log: that no entry was changed, removed, put in or moved.

Options
  --key KEY               the System's public key (base64url), from a source other than the file
  --anchor SEQUENCE:HASH  an entry that you noted before; the log must hold it
  --after SEQUENCE:HASH   for a part of a log: the entry before its first one
  --json                  print the outcome as JSON

Exit codes: 0 the log is whole, 1 it is not, 2 wrong usage or the file cannot be read.
`;
const PLACE = /^(\d{1,15}):([0-9a-f]{64})$/;

interface Arguments {
  readonly file: string;
  readonly json: boolean;
  readonly key?: string;
  readonly anchor?: ChainPlace;
  readonly after?: ChainPlace;
}

/** Where the program writes. */
interface Console {
  out(text: string): unknown;
  error(text: string): unknown;
}

const PROCESS: Console = { out: (text) => process.stdout.write(text), error: (text) => process.stderr.write(text) };

/** Runs the `rmm-activity` program. @returns its exit code */
export async function runActivityCli(argv: readonly string[], { out, error }: Console = PROCESS): Promise<number> {
  let verdict: FileVerdict;
  let json: boolean;
  try {
    const args = parse(argv);
    if (!args) {
      out(USAGE);
      return 0;
    }
    ({ json } = args);
    verdict = await verifyActivityFile(args.file, args);
  } catch (fault) {
    error(`${fault instanceof Error ? fault.message : String(fault)}\n`);
    return 2;
  }
  out(json ? `${JSON.stringify(verdict)}\n` : inWords(verdict));
  return verdict.intact ? 0 : 1;
}

/** Undefined: only help is wanted. @throws Error for wrong usage */
function parse(argv: readonly string[]): Arguments | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      key: { type: 'string' },
      anchor: { type: 'string' },
      after: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help || positionals.length === 0) return undefined;
  const [command, file, ...rest] = positionals;
  if (command !== 'verify' || file === undefined || rest.length > 0) {
    throw new Error(`Expected "verify FILE", got "${positionals.join(' ')}"\n\n${USAGE}`);
  }
  return {
    file,
    json: values.json,
    ...(values.key !== undefined && { key: values.key }),
    ...(values.anchor !== undefined && { anchor: place('--anchor', values.anchor) }),
    ...(values.after !== undefined && { after: place('--after', values.after) }),
  };
}

function place(option: string, text: string): ChainPlace {
  const [, sequence, hash] = PLACE.exec(text) ?? [];
  if (sequence !== undefined && hash !== undefined) return { sequence: Number(sequence), hash };
  throw new Error(`${option} needs a sequence and a hash, as in 1200:5feceb66…; got "${text}"`);
}

function inWords({ intact, entries, first, last, at, publicKey, keyGiven, fault }: FileVerdict): string {
  if (!intact)
    return `NOT INTACT at entry ${fault?.sequence}: ${fault?.reason}\n${entries} entries before it are whole\n`;
  const lines = [`intact: ${entries} entries${entries > 0 ? `, ${first} to ${last}` : ''}`];
  if (at === undefined) lines.push('without a seal: nothing shows that the log ends here; export it to its end');
  else lines.push(`sealed at ${at} by the key ${publicKey}`);
  if (at !== undefined && !keyGiven) lines.push('the key is the one that the file names; give --key to be sure of it');
  return `${lines.join('\n')}\n`;
}
