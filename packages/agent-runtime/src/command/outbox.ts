import { type Command, isRmmError } from '@rmm/protocol';
import { encodeAgentFrame } from '@rmm/protocol/codec';
import { type AgentLog, reasonOf } from '../agent/agent-log.js';
import type { Ballast } from '../storage/ballast.js';
import type { Link } from '../wire/link.js';
import { shortened } from './command-ends.js';
import type { Journal } from './journal.js';
import type { CommandEnd } from './journal-entry.js';

/** An end that is not settled after this time is sent again, milliseconds. */
const RESEND_MS = 60_000;
/** Output kept of each stream when the disk has no room for more, characters. */
const SHORT = 2000;
/** Ends that the disk refused altogether and that wait in memory. */
const MAX_UNSTORED = 64;

interface Unstored {
  readonly command: Pick<Command, 'id' | 'counter' | 'expiresAt'>;
  readonly end: CommandEnd;
}

/** Brings the ends of commands to the server: stored first, then sent until it says that it has them. */
export class Outbox {
  readonly #journal: Journal;
  readonly #ballast: Ballast;
  readonly #log: AgentLog;
  readonly #unstored = new Map<string, Unstored>();
  readonly #queue = new Set<string>();
  readonly #sentAt = new Map<string, number>();
  #link: Link | undefined;
  #pumping = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(journal: Journal, ballast: Ballast, log: AgentLog) {
    this.#journal = journal;
    this.#ballast = ballast;
    this.#log = log;
  }

  /** A link is up: everything that is not settled goes out again. */
  attach(link: Link): void {
    this.#link = link;
    this.#sentAt.clear();
    this.#timer = setInterval(() => this.#resend(), RESEND_MS);
    this.#resend();
  }

  detach(): void {
    this.#link = undefined;
    clearInterval(this.#timer);
  }

  /** Stores an end and sends it as soon as possible. Never throws: an end is kept in memory when the disk fails. */
  async put(command: Pick<Command, 'id' | 'counter' | 'expiresAt'>, end: CommandEnd): Promise<void> {
    await this.#store(command, end);
    this.push(command.id);
  }

  /** Sends the stored end of a command again. */
  push(id: string): void {
    this.#queue.add(id);
    void this.#pump();
  }

  async settled(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      this.#sentAt.delete(id);
      this.#unstored.delete(id);
    }
    await this.#journal.settle(ids).catch((error: unknown) => {
      this.#log('warn', `The journal cannot be written (${reasonOf(error)}); results will be sent again`);
    });
  }

  async #store(command: Pick<Command, 'id' | 'counter' | 'expiresAt'>, end: CommandEnd): Promise<void> {
    try {
      await this.#journal.end(command, end);
    } catch (error) {
      this.#log('error', `The result of ${command.id} cannot be stored whole: ${reasonOf(error)}`);
      await this.#ballast.release();
      try {
        await this.#journal.end(command, shortened(end, SHORT));
      } catch {
        await this.#journal.discard(command.id).catch((reason: unknown) => this.#log('error', reasonOf(reason)));
        if (this.#unstored.size < MAX_UNSTORED) this.#unstored.set(command.id, { command, end: shortened(end, SHORT) });
      }
    }
  }

  #resend(): void {
    const now = performance.now();
    const due = (id: string) => now - (this.#sentAt.get(id) ?? Number.NEGATIVE_INFINITY) >= RESEND_MS;
    for (const { id } of this.#journal.in('ended')) if (due(id)) this.#queue.add(id);
    for (const [id, { command, end }] of this.#unstored) {
      this.#journal.end(command, end).then(
        () => this.#unstored.delete(id),
        () => undefined,
      );
      if (due(id)) this.#queue.add(id);
    }
    void this.#pump();
  }

  /** One after the other, each when the one before has left: a thousand results do not pile up in memory. */
  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (const id of this.#queue) {
        const link = this.#link;
        if (!link?.isOpen) return;
        this.#queue.delete(id);
        const end = (await this.#journal.endOf(id)) ?? this.#unstored.get(id)?.end;
        if (end === undefined) continue;
        this.#sentAt.set(id, performance.now());
        await link.sendBytes(encodeEnd(end));
      }
    } catch (error) {
      // The link broke; all that is not settled goes out over the next one.
      this.#log('info', `A result waits for the next connection: ${reasonOf(error)}`);
    } finally {
      this.#pumping = false;
    }
  }
}

function encodeEnd(end: CommandEnd): Uint8Array {
  try {
    return encodeAgentFrame(end);
  } catch (error) {
    if (!isRmmError(error, 'FRAME_TOO_LARGE') || end.kind === 'refused') throw error;
    return encodeEnd(shortened(end, Math.floor(Math.max(end.stdout.length, end.stderr.length) / 2)));
  }
}
