import { readFile, rm } from 'node:fs/promises';
import { type EnrolmentToken, RmmError } from '@rmm/protocol';
import { reasonOf } from '../agent/agent-log.js';
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
export interface PendingIdentity {
  readonly keys: KeyPair;
  readonly tokenId: string;
}

interface StoredIdentity {
  readonly v: 1;
  readonly pending?: PendingIdentity;
  readonly identity?: Identity;
}

/** The identity file. */
export class IdentityStore {
  readonly #path: string;
  #stored: StoredIdentity;

  private constructor(path: string, stored: StoredIdentity) {
    this.#path = path;
    this.#stored = stored;
  }

  /** @throws RmmError `STORAGE_UNWRITABLE` when the file is there and cannot be read. */
  static async open(path: string): Promise<IdentityStore> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
        return new IdentityStore(path, { v: 1 });
      throw unreadable(path, reasonOf(error));
    }
    try {
      const stored: unknown = JSON.parse(text);
      if (isStored(stored)) return new IdentityStore(path, stored);
    } catch {
      // Said below.
    }
    throw unreadable(path, 'it is damaged; remove it and enrol again');
  }

  get identity(): Identity | undefined {
    return this.#stored.identity;
  }

  /**
   * The key to enrol with. It is stored first: when the server's answer is lost, asking again with the same key gives
   * the same device instead of a second one.
   */
  async pendingKeys(token: EnrolmentToken): Promise<KeyPair> {
    const { pending } = this.#stored;
    if (pending?.tokenId === token.id) return pending.keys;
    const keys = generateKeys();
    await this.#store({ v: 1, pending: { keys, tokenId: token.id } });
    return keys;
  }

  async save(identity: Identity): Promise<void> {
    await this.#store({ v: 1, identity });
  }

  /** Forgets who the agent is, as when another computer turned out to have the same identity. */
  async forget(): Promise<void> {
    await rm(this.#path, { force: true });
    this.#stored = { v: 1 };
  }

  async #store(stored: StoredIdentity): Promise<void> {
    await writeDurably(this.#path, JSON.stringify(stored));
    this.#stored = stored;
  }
}

function unreadable(path: string, reason: string): RmmError {
  return new RmmError('STORAGE_UNWRITABLE', `The agent's identity ${path} cannot be used: ${reason}`);
}

function isStored(value: unknown): value is StoredIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { v, identity, pending } = value as Partial<Record<string, unknown>>;
  return v === 1 && (identity === undefined || isIdentity(identity)) && (pending === undefined || isPending(pending));
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
