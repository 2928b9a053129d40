import { readFile, rm } from 'node:fs/promises';
import { type EnrolmentToken, RmmError } from '@rmm/protocol';
import { codeOf, reasonOf } from '../agent/agent-log.js';
import { writeDurably } from '../storage/write-durably.js';
import { generateKeys, type KeyPair } from './ed25519.js';

/** Where the server is and how it is known. */
export interface ServerAddress {
  /** `wss://` addresses, tried in turn. */
  readonly urls: readonly string[];
  /** SHA-256 of the server's TLS public key (SPKI, DER), base64url. */
  readonly pin?: string;
}

/** Who the agent is, once enrolled. */
export interface Identity {
  readonly keys: KeyPair;
  readonly server: ServerAddress;
  /** The only key whose commands the agent obeys. */
  readonly systemKey: string;
  readonly systemId: string;
  readonly deviceId: string;
}

/** A key that was made for a token, before the server's answer is known. */
interface PendingIdentity {
  readonly keys: KeyPair;
  readonly tokenId: string;
}

/** The identity's files: who the agent is, and while it enrols, the key that it enrols with. */
export class IdentityStore {
  readonly #path: string;
  readonly #pendingPath: string;
  #identity: Identity | undefined;

  private constructor(path: string, pendingPath: string, identity: Identity | undefined) {
    this.#path = path;
    this.#pendingPath = pendingPath;
    this.#identity = identity;
  }

  /** @throws RmmError `STORAGE_UNWRITABLE` when the file is there and cannot be read. */
  static async open(path: string, pendingPath: string): Promise<IdentityStore> {
    const text = await readText(path);
    if (text === undefined) return new IdentityStore(path, pendingPath, undefined);
    const value = parse(text);
    if (isIdentity(value)) return new IdentityStore(path, pendingPath, value);
    throw unreadable(path, 'it is damaged; remove it and enrol again');
  }

  get identity(): Identity | undefined {
    return this.#identity;
  }

  /**
   * The key to enrol with. It is stored first: when the server's answer is lost, asking again with the same key gives
   * the same device instead of a second one.
   */
  async pendingKeys(token: EnrolmentToken): Promise<KeyPair> {
    const pending = parse((await readText(this.#pendingPath)) ?? '');
    if (isPending(pending) && pending.tokenId === token.id) return pending.keys;
    const made: PendingIdentity = { keys: generateKeys(), tokenId: token.id };
    await writeDurably(this.#pendingPath, JSON.stringify(made));
    return made.keys;
  }

  async save(identity: Identity): Promise<void> {
    await writeDurably(this.#path, JSON.stringify(identity));
    this.#identity = identity;
    await rm(this.#pendingPath, { force: true });
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(path, reasonOf(error));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(path: string, reason: string): RmmError {
  return new RmmError('STORAGE_UNWRITABLE', `The agent's identity ${path} cannot be used: ${reason}`);
}

function isIdentity(value: unknown): value is Identity {
  if (typeof value !== 'object' || value === null) return false;
  const { keys, server, systemKey, systemId, deviceId } = value as Partial<Record<string, unknown>>;
  const urls = typeof server === 'object' && server !== null && 'urls' in server ? server.urls : undefined;
  return areKeys(keys) && Array.isArray(urls) && urls.length > 0 && [systemKey, systemId, deviceId].every(isText);
}

function isPending(value: unknown): value is PendingIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { keys, tokenId } = value as Partial<Record<string, unknown>>;
  return areKeys(keys) && isText(tokenId);
}

function areKeys(value: unknown): value is KeyPair {
  if (typeof value !== 'object' || value === null) return false;
  const { publicKey, privateKey } = value as Partial<Record<string, unknown>>;
  return isText(publicKey) && isText(privateKey);
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
