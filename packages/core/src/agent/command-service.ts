import { type CommandBody, RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { and } from '../data/match.js';
import type { OperationContext } from '../operation/operation.js';
import { serviceRef } from '../plugin/service-ref.js';
import type { Ids } from '../port/ids.js';
import type { Signer } from '../port/signer.js';
import type { Where } from '../storage/storage.js';
import type { CommandFault } from './command-fault.js';
import type { CommandKind } from './command-kind.js';
import { type CommandRow, commandModel } from './command-model.js';
import { reserveCounters } from './counter.js';
import type { Presence } from './presence.js';
import { type Delivery, signedCommand } from './signed-command.js';

/** How long after its expiry a command that an agent may hold can still be reported on before it counts as lost. */
export const REPORT_GRACE_MS = 8 * 86_400_000;
/** Commands of one answer to a pull, characters; the first one goes whatever its size. */
const MOST_PULLED = 256 * 1024;

const DELETED: CommandFault = { code: 'DEVICE_SUSPENDED', message: 'The device was deleted before the command ran' };
const MOVED: CommandFault = {
  code: 'DEVICE_MOVED',
  message: 'Withdrawn, because the device was moved to another Profile before the command reached it',
};
const LOST: CommandFault = {
  code: 'AGENT_INTERRUPTED',
  message: 'The agent had the command but no longer knows of it; whether it was carried out is not known',
};
const SILENT: CommandFault = {
  code: 'AGENT_INTERRUPTED',
  message: 'The device was given the command and never told what became of it',
};
const OTHER_COMPUTER: CommandFault = {
  code: 'DEVICE_CLONED',
  message: 'The command was given to another computer with the same identity, which has not told what became of it',
};

interface Parts {
  readonly ids: Ids;
  readonly signer: Signer;
  readonly presence: Presence;
}

/** What a connecting agent tells of its journal. */
export interface HeldCommands {
  readonly open: readonly string[];
  /** The computer is the one that was last seen with this identity. */
  readonly sameMachine: boolean;
}

/**
 * Carries commands to agents: durable rows, told to connected agents at once and found by absent ones on return. A command
 * that was enqueued reaches exactly one of its kind's ends.
 */
export class CommandService {
  readonly #parts: Parts;
  readonly #kinds = new Map<string, CommandKind>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  register(kind: CommandKind): void {
    if (this.#kinds.has(kind.kind))
      throw new RmmError('PLUGIN_INVALID', `The command kind "${kind.kind}" is declared twice`);
    this.#kinds.set(kind.kind, kind);
  }

  /** Undefined when the plugin that knew it is no longer there. */
  kind(name: string): CommandKind | undefined {
    return this.#kinds.get(name);
  }

  /** Queues one command and returns its id. */
  async enqueue(context: OperationContext, deviceId: string, body: CommandBody, expiresInMs: number): Promise<string> {
    const id = this.#parts.ids.next();
    await this.enqueueAll(context, body.kind, [{ id, deviceId, detail: body }], context.now + expiresInMs);
    return id;
  }

  /** Queues commands of one kind. Connected agents are told once the transaction is stored. */
  async enqueueAll(
    context: OperationContext,
    kind: string,
    commands: readonly { readonly id: string; readonly deviceId: string; readonly detail: unknown }[],
    expiresAt: number,
  ): Promise<void> {
    if (commands.length === 0) return;
    const deviceIds = commands.map(({ deviceId }) => deviceId);
    if (this.kind(kind)?.isLast) await this.#recallOthers(context, kind, deviceIds);
    const first = await reserveCounters(context.data, context.now, commands.length);
    await context.data.insertAll(
      commandModel,
      commands.map(({ id, deviceId, detail }, index) => ({
        id,
        deviceId,
        counter: first + index,
        kind,
        detail,
        state: 'queued' as const,
        createdAt: context.now,
        expiresAt,
        fault: null,
      })),
    );
    context.afterCommit(() => {
      for (const deviceId of deviceIds) this.#parts.presence.nudge(context.systemId, deviceId);
    });
  }

  /**
   * Takes back commands, and tells which never left the server: those have ended, and it is the caller's to say so. Of the
   * others, what no agent has accepted is not given to one again; the rest runs.
   * @param fault why, for those that end later
   */
  async withdraw(data: Data, ids: readonly string[], fault: CommandFault | null = null): Promise<readonly string[]> {
    const queued = await data.find(commandModel, { match: { id: ids, state: 'queued' }, fields: ['id'] });
    const withdrawn = queued.map(({ id }) => id);
    await data.remove(commandModel, { id: withdrawn });
    await data.update(commandModel, { id: ids, state: 'sent' }, { state: 'recalled', fault });
    return withdrawn;
  }

  /**
   * Takes back what devices were to get in the Profile that they leave: in another one it might get what those who
   * ordered it must not see. Tells how many commands it was.
   */
  async leaveProfile(context: OperationContext, deviceIds: readonly string[]): Promise<number> {
    const kinds = [...this.#kinds.values()].filter(({ ofProfile }) => ofProfile);
    const rows = await context.data.find(commandModel, {
      match: { deviceId: deviceIds, state: ['queued', 'sent'], kind: kinds.map(({ kind }) => kind) },
    });
    const sent = await this.#takeBack(context, rows, MOVED);
    for (const kind of kinds) {
      const ofKind = sent.filter((row) => row.kind === kind.kind);
      if (ofKind.length > 0) await kind.recalled?.(context, ofKind);
    }
    return rows.length;
  }

  /** The next commands for a device, signed. What cannot be given to it is named, for the caller to end. */
  async waiting(data: Data, deviceId: string, now: number, limit: number): Promise<Delivery> {
    // One that was given before is given again even when it has expired: the answer tells what became of it.
    const due: Where = {
      any: [
        { field: 'state', op: 'eq', value: 'sent' },
        and({ field: 'state', op: 'eq', value: 'queued' }, { field: 'expiresAt', op: 'gt', value: now }),
      ],
    };
    const rows = await data.find(commandModel, {
      match: { deviceId },
      where: due,
      order: [{ field: 'counter' }],
      limit: limit + 1,
    });
    const items: Delivery['items'][number][] = [];
    const undeliverable: Delivery['undeliverable'][number][] = [];
    let size = 0;
    for (const row of rows.slice(0, limit)) {
      const signed = await signedCommand(this.#parts.signer, this.kind(row.kind), data, row);
      if ('fault' in signed) {
        // The agent may have it from before the move, which recalled it: what became of it shows by itself.
        if (signed.fault.code === MOVED.code && row.state === 'sent') continue;
        undeliverable.push({ id: row.id, ...signed.fault });
        continue;
      }
      size += signed.command.doc.length;
      if (items.length > 0 && size > MOST_PULLED) return { items, undeliverable, more: true };
      items.push({ id: row.id, isNew: row.state === 'queued', ...signed.command });
    }
    return { items, undeliverable, more: rows.length > limit };
  }

  /** Notes that an agent is about to be given these commands, and tells which of them still stand. */
  async handOut(data: Data, deviceId: string, ids: readonly string[]): Promise<readonly string[]> {
    const rows = await data.find(commandModel, { match: { id: ids, deviceId, state: 'queued' }, fields: ['id'] });
    const standing = rows.map(({ id }) => id);
    await data.update(commandModel, { id: standing }, { state: 'sent' });
    return standing;
  }

  /** The command if it is this device's and has not ended. */
  find(data: Data, deviceId: string, id: string): Promise<CommandRow | undefined> {
    return data.one(commandModel, { id, deviceId });
  }

  async accept(context: OperationContext, deviceId: string, ids: readonly string[]): Promise<void> {
    const rows = await context.data.find(commandModel, {
      match: { id: ids, deviceId, state: ['queued', 'sent', 'recalled'] },
    });
    await this.#accept(context, rows);
  }

  /** Ends a command; whatever arrives later for it finds no row. */
  async end(context: OperationContext, row: Pick<CommandRow, 'id'>): Promise<void> {
    await context.data.remove(commandModel, { id: row.id });
  }

  /** Compares what the server believes an agent to hold with what it says. */
  async reconcile(context: OperationContext, deviceId: string, { open, sameMachine }: HeldCommands): Promise<void> {
    const held = new Set(open);
    const out = await context.data.find(commandModel, { match: { deviceId, state: ['sent', 'recalled', 'accepted'] } });
    await this.#accept(
      context,
      out.filter(({ id, state }) => held.has(id) && state !== 'accepted'),
    );
    for (const row of out) {
      if (held.has(row.id)) continue;
      if (row.state === 'accepted') await this.#lose(context, row, LOST);
      // This computer does not have it, but the other one may.
      else if (!sameMachine) await this.#lose(context, row, OTHER_COMPUTER);
      else if (row.state === 'recalled') await this.#withdrawn(context, row);
      // Otherwise it is given again.
    }
  }

  /** Ends a recalled command, once its agent has had every chance to say that it accepted it. */
  async settleRecalled(context: OperationContext, deviceId: string, id: string): Promise<void> {
    const row = await context.data.one(commandModel, { id, deviceId, state: 'recalled' });
    if (row) await this.#withdrawn(context, row);
  }

  /** Ends whatever is left of a device whose agent is gone for good. */
  async abandon(context: OperationContext, deviceId: string): Promise<void> {
    const left = await context.data.find(commandModel, { match: { deviceId } });
    for (const row of left) {
      if (row.state === 'accepted') await this.#lose(context, row, LOST);
      else await this.#withdrawn(context, row, DELETED);
    }
  }

  /** Ends what expired, at most `limit` of each kind at a time; tells whether there may be more. */
  async sweep(context: OperationContext, limit: number): Promise<boolean> {
    const { data, now } = context;
    const before = async (states: readonly CommandRow['state'][], time: number) =>
      data.find(commandModel, {
        match: { state: states },
        where: { field: 'expiresAt', op: 'lte', value: time },
        order: [{ field: 'expiresAt' }],
        limit,
      });
    const expired = await before(['queued'], now);
    for (const row of expired) {
      await this.end(context, row);
      await this.kind(row.kind)?.expired?.(context, row);
    }
    const silent = await before(['sent', 'recalled', 'accepted'], now - REPORT_GRACE_MS);
    for (const row of silent) {
      if (row.state === 'recalled') await this.#withdrawn(context, row);
      else await this.#lose(context, row, SILENT);
    }
    return expired.length === limit || silent.length === limit;
  }

  async #accept(context: OperationContext, rows: readonly CommandRow[]): Promise<void> {
    if (rows.length === 0) return;
    await context.data.update(commandModel, { id: rows.map(({ id }) => id) }, { state: 'accepted' });
    for (const kind of new Set(rows.map((row) => row.kind))) {
      const ofKind = rows.filter((row) => row.kind === kind);
      await this.kind(kind)?.accepted?.(context, ofKind);
    }
  }

  async #recallOthers(context: OperationContext, kind: string, deviceIds: readonly string[]): Promise<void> {
    const { data } = context;
    const others = await data.find(commandModel, {
      match: { deviceId: deviceIds, state: ['queued', 'sent'] },
      where: { field: 'kind', op: 'ne', value: kind },
    });
    await this.#takeBack(context, others, DELETED);
  }

  /** Ends what never left the server; returns what did, and is recalled. */
  async #takeBack(
    context: OperationContext,
    rows: readonly CommandRow[],
    fault: CommandFault,
  ): Promise<readonly CommandRow[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const withdrawn = new Set(await this.withdraw(context.data, ids, fault));
    for (const row of rows) {
      if (withdrawn.has(row.id)) await this.kind(row.kind)?.withdrawn?.(context, row, fault);
    }
    return rows.filter(({ id }) => !withdrawn.has(id));
  }

  async #withdrawn(context: OperationContext, row: CommandRow, fault = row.fault): Promise<void> {
    await this.end(context, row);
    await this.kind(row.kind)?.withdrawn?.(context, row, fault ?? undefined);
  }

  async #lose(context: OperationContext, row: CommandRow, fault: CommandFault): Promise<void> {
    await this.end(context, row);
    await this.kind(row.kind)?.lost?.(context, row, fault);
  }
}

export const commandsRef = serviceRef<CommandService>('agent.commands');
