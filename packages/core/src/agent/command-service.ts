import { type Command, type CommandBody, RmmError, type SignedCommand, signingBytes } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import type { OperationContext } from '../operation/operation.js';
import { serviceRef } from '../plugin/service-ref.js';
import type { Ids } from '../port/ids.js';
import type { Signer } from '../port/signer.js';
import type { CommandKind } from './command-kind.js';
import { type CommandRow, commandModel, sequenceModel } from './command-model.js';
import type { Presence } from './presence.js';

/** How long after its expiry an accepted command may still run and report before it counts as lost. */
const REPORT_GRACE_MS = 8 * 86_400_000;

interface Parts {
  readonly ids: Ids;
  readonly signer: Signer;
  readonly presence: Presence;
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

  kind(name: string): CommandKind {
    const kind = this.#kinds.get(name);
    if (!kind) throw new RmmError('INTERNAL', `No feature handles commands of the kind "${name}"`);
    return kind;
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
    const first = await reserve(context.data, commands.length);
    await context.data.insert(
      commandModel,
      ...commands.map(({ id, deviceId, detail }, index) => ({
        id,
        deviceId,
        counter: first + index,
        kind,
        detail,
        state: 'queued' as const,
        createdAt: context.now,
        expiresAt,
      })),
    );
    context.afterCommit(() => {
      for (const { deviceId } of commands) this.#parts.presence.nudge(context.systemId, deviceId);
    });
  }

  /** Takes back commands that no agent has accepted yet, and tells which. */
  async withdraw(data: Data, ids: readonly string[]): Promise<readonly string[]> {
    const queued = await data.find(commandModel, { match: { id: ids, state: 'queued' }, fields: ['id'] });
    await data.remove(commandModel, { id: queued.map(({ id }) => id), state: 'queued' });
    return queued.map(({ id }) => id);
  }

  /** The next commands for a device, signed. */
  async waiting(
    data: Data,
    deviceId: string,
    now: number,
    limit: number,
  ): Promise<{ items: SignedCommand[]; more: boolean }> {
    const rows = await data.find(commandModel, {
      match: { deviceId, state: 'queued' },
      where: { field: 'expiresAt', op: 'gt', value: now },
      order: [{ field: 'counter' }],
      limit: limit + 1,
    });
    const items: SignedCommand[] = [];
    for (const row of rows.slice(0, limit)) {
      const body = await this.kind(row.kind).body(data, row);
      if (body) items.push(await this.#sign(data.systemId, row, body));
    }
    return { items, more: rows.length > limit };
  }

  /** The command if it is this device's and has not ended. */
  find(data: Data, deviceId: string, id: string): Promise<CommandRow | undefined> {
    return data.one(commandModel, { id, deviceId });
  }

  async accept(context: OperationContext, deviceId: string, ids: readonly string[]): Promise<void> {
    const rows = await context.data.find(commandModel, { match: { id: ids, deviceId, state: 'queued' } });
    if (rows.length === 0) return;
    await context.data.update(commandModel, { id: rows.map(({ id }) => id) }, { state: 'accepted' });
    for (const kind of new Set(rows.map((row) => row.kind))) {
      const ofKind = rows.filter((row) => row.kind === kind);
      await this.kind(kind).accepted?.(context, ofKind);
    }
  }

  /** Ends a command; whatever arrives later for it finds no row. */
  async end(context: OperationContext, row: CommandRow): Promise<void> {
    await context.data.remove(commandModel, { id: row.id });
  }

  /** Ends what was accepted by an agent that no longer holds it. */
  async reconcile(context: OperationContext, deviceId: string, open: readonly string[]): Promise<void> {
    const held = new Set(open);
    const accepted = await context.data.find(commandModel, { match: { deviceId, state: 'accepted' } });
    for (const row of accepted) if (!held.has(row.id)) await this.#lose(context, row);
  }

  /** Ends what expired, at most `limit` at a time; tells whether there may be more. */
  async sweep(context: OperationContext, limit: number): Promise<boolean> {
    const expired = await context.data.find(commandModel, {
      where: { field: 'expiresAt', op: 'lte', value: context.now },
      order: [{ field: 'expiresAt' }],
      limit,
    });
    for (const row of expired) {
      if (row.state === 'queued') {
        await this.end(context, row);
        await this.kind(row.kind).expired?.(context, row);
      } else if (row.expiresAt + REPORT_GRACE_MS <= context.now) await this.#lose(context, row);
    }
    return expired.length === limit && expired.some(({ state }) => state === 'queued');
  }

  async #lose(context: OperationContext, row: CommandRow): Promise<void> {
    await this.end(context, row);
    await this.kind(row.kind).lost?.(context, row);
  }

  async #sign(systemId: string, row: CommandRow, body: CommandBody): Promise<SignedCommand> {
    const command: Command = {
      v: 1,
      id: row.id,
      systemId,
      deviceId: row.deviceId,
      counter: row.counter,
      issuedAt: row.createdAt,
      expiresAt: row.expiresAt,
      body,
    };
    const doc = JSON.stringify(command);
    return { doc, sig: await this.#parts.signer.sign(systemId, signingBytes('command', doc)) };
  }
}

/** Takes `count` numbers out of the System's command counter and returns the first. */
async function reserve(data: Data, count: number): Promise<number> {
  const value = (await data.one(sequenceModel, { name: 'command' }))?.value ?? 0;
  await data.put(sequenceModel, { name: 'command', value: value + count });
  return value + 1;
}

export const commandsRef = serviceRef<CommandService>('agent.commands');
