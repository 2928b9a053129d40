import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { AgentFrameOf, ApplyPolicy, Command } from '@rmm/protocol';

export interface AgentKeys {
  readonly privateKey: KeyObject;
  /** Raw, base64url. */
  readonly publicKey: string;
}

export interface AgentIdentity {
  readonly deviceId: string;
  readonly systemId: string;
  readonly systemKey: string;
}

export type AgentCommandEnd = AgentFrameOf<'finished'> | AgentFrameOf<'refused'>;

interface Known {
  readonly id: string;
  readonly counter: number;
  readonly expiresAt: number;
}

/** What an agent has written down of a command; see the journal of `@rmm/agent-runtime`. */
export type JournalEntry = Known &
  (
    | { readonly state: 'accepted'; readonly command: Command }
    | { readonly state: 'starting'; readonly startedAt: number }
    | { readonly state: 'ended'; readonly end: AgentCommandEnd }
    | { readonly state: 'settled' }
  );

/** The policies that an agent keeps, and the command that brought them. */
export interface KeptPolicy extends Pick<ApplyPolicy, 'hash' | 'document'> {
  readonly counter: number;
}

/** What of an agent outlives its process. */
export class AgentDisk {
  readonly keys: AgentKeys;
  identity: AgentIdentity | undefined;
  /** Commands at or below it are refused: they were forgotten. */
  counterFloor = 0;
  policy: KeptPolicy | undefined;
  readonly journal: Map<string, JournalEntry>;

  constructor(keys: AgentKeys = newKeys(), journal: Iterable<readonly [string, JournalEntry]> = []) {
    this.keys = keys;
    this.journal = new Map(journal);
  }

  /** As it is now: to be put back later, or into a second computer. */
  copy(): AgentDisk {
    const copy = new AgentDisk(this.keys, this.journal);
    copy.identity = this.identity;
    copy.counterFloor = this.counterFloor;
    copy.policy = this.policy;
    return copy;
  }

  /** Entries in these states, oldest command first. */
  in<State extends JournalEntry['state']>(...states: State[]): Extract<JournalEntry, { state: State }>[] {
    return [...this.journal.values()]
      .filter((entry): entry is Extract<JournalEntry, { state: State }> =>
        states.some((state) => state === entry.state),
      )
      .sort((a, b) => a.counter - b.counter);
  }

  /** Forgets what is settled and expired, and refuses it from then on. */
  prune(now: number): void {
    for (const { id, counter, expiresAt } of this.in('settled')) {
      if (expiresAt >= now) continue;
      this.counterFloor = Math.max(this.counterFloor, counter);
      this.journal.delete(id);
    }
  }
}

function newKeys(): AgentKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKey.export({ format: 'jwk' }).x ?? '' };
}
