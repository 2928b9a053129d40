import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { canonicalJson } from '@rmm/protocol';
import { ChainCheck, type ChainFault, type ChainHead, type ChainPlace } from './activity-chain.js';

export interface FileOptions {
  /** The System's public key; without it the key that the file names is taken. */
  readonly key?: string;
  readonly anchor?: ChainPlace;
  /** The entry before the first one of the file, which is a part of a log. */
  readonly after?: ChainPlace;
}

export interface FileVerdict {
  readonly intact: boolean;
  /** How many entries are whole, before the fault if there is one. */
  readonly entries: number;
  readonly first?: number;
  readonly last?: number;
  /** When the end was sealed; absent: the file ends without a seal. */
  readonly at?: string;
  readonly publicKey?: string;
  readonly keyGiven: boolean;
  readonly fault?: ChainFault;
}

interface Seal extends ChainHead {
  readonly publicKey: string;
}

/**
 * Checks an exported activity log line by line, in constant memory.
 * @throws Error when the file cannot be read
 */
export async function verifyActivityFile(file: string, options: FileOptions): Promise<FileVerdict> {
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
  const check = new ChainCheck(options);
  const first = (options.after?.sequence ?? 0) + 1;
  let seal: Seal | undefined;
  for await (const line of lines) {
    const value = line === '' ? undefined : parsed(line);
    if (value === undefined || seal) return broken(check, options, seal ? 'a line follows the seal' : UNREADABLE);
    seal = sealOf(value);
    if (seal) continue;
    const { sequence, hash, ...content } = value;
    if (!check.add(content, sequence, hash)) return verdict(check, options, { first });
  }
  const publicKey = options.key ?? seal?.publicKey ?? '';
  if (seal && seal.publicKey !== publicKey) {
    check.fault = { sequence: seal.sequence, reason: 'the log is sealed by another key than the one given' };
  }
  if (seal ? check.end(seal, publicKey) : reaches(check, options.anchor)) {
    return verdict(check, options, { first, ...(seal && { at: seal.at, publicKey }) });
  }
  return verdict(check, options, { first });
}

const UNREADABLE = 'the line is not one that activity.export wrote';

/** Undefined for a line that is not written as the export writes it: two texts must not pass for one entry. */
function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || canonicalJson(value) !== line) return undefined;
    return value as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

function sealOf({ seal }: Readonly<Record<string, unknown>>): Seal | undefined {
  if (typeof seal !== 'object' || seal === null) return undefined;
  const { sequence, hash, at, signature, publicKey } = seal as Readonly<Record<keyof Seal, unknown>>;
  if (typeof sequence !== 'number') return undefined;
  return { sequence, hash: String(hash), at: String(at), signature: String(signature), publicKey: String(publicKey) };
}

/** A part that ends before the anchor says nothing of it. */
const reaches = (check: ChainCheck, anchor: ChainPlace | undefined): boolean =>
  anchor === undefined || check.last.sequence >= anchor.sequence || check.end(undefined, '');

function broken(check: ChainCheck, options: FileOptions, reason: string): FileVerdict {
  check.fault ??= { sequence: check.last.sequence + 1, reason };
  return verdict(check, options, {});
}

function verdict(
  check: ChainCheck,
  { key }: FileOptions,
  more: Pick<FileVerdict, 'first' | 'at' | 'publicKey'>,
): FileVerdict {
  const { entries, fault, last } = check;
  return {
    intact: !fault,
    entries,
    ...(entries > 0 && { ...(more.first !== undefined && { first: more.first }), last: last.sequence }),
    ...(!fault && more.at !== undefined && { at: more.at, publicKey: more.publicKey ?? '' }),
    keyGiven: key !== undefined,
    ...(fault && { fault }),
  };
}
