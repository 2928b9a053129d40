import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { deviceModel } from '../hierarchy/device-model.js';
import { profileModel } from '../hierarchy/hierarchy-models.js';
import type { PermissionLevel, Touches } from '../operation/contract.js';
import type { Guard } from '../operation/door.js';
import { maskSecrets } from '../operation/mask-secrets.js';
import type { Operation } from '../operation/operation.js';
import type { Actor } from '../port/actor.js';
import type { Clock } from '../port/clock.js';
import type { Ids } from '../port/ids.js';
import { activityModel } from './access-models.js';
import type { Directory } from './directory.js';

/** Activity entries keep at most this much of an input; longer texts (scripts) are cut. */
const RECORDED_TEXT = 500;
const RECORDED_ENTRIES = 100;

/** Decides who may do what, and writes down what was done. */
export class AccessGuard implements Guard {
  readonly #directory: Directory;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor(directory: Directory, clock: Clock, ids: Ids) {
    this.#directory = directory;
    this.#clock = clock;
    this.#ids = ids;
  }

  async authorize(actor: Actor, operation: Operation): Promise<void> {
    const { requires, kind } = operation.contract;
    await this.#directory.admit(actor);
    if (requires === 'host') {
      if (actor.kind !== 'host') throw forbidden(operation, 'only the host program may do this');
      if (actor.systemId !== undefined) await this.#directory.assertSystem(actor.systemId);
      return;
    }
    if (!actor.systemId)
      throw new RmmError(
        'UNAUTHENTICATED',
        `${operation.name} needs an actor of a System; give the host actor a systemId`,
      );
    if (actor.kind !== 'user') await this.#directory.assertSystem(actor.systemId);
    if (requires === 'agent') {
      if (actor.kind !== 'agent') throw forbidden(operation, 'only agents may do this');
      return;
    }
    if (actor.kind === 'agent') throw forbidden(operation, 'agents may not do this');
    if (requires === 'signed-in') return;
    const needed: PermissionLevel = requires.level ?? (kind === 'command' ? 'manage' : 'view');
    const level = await this.#directory.levelOf(actor, requires.permission);
    if (level === 'manage' || level === needed) return;
    throw forbidden(
      operation,
      `the role grants no right to ${needed} “${requires.permission}”; ask an account administrator`,
    );
  }

  async assertVisible(data: Data, _actor: Actor, touches: Touches): Promise<void> {
    await assertExist('device', touches.devices, async (ids) =>
      (await data.find(deviceModel, { match: { id: ids }, fields: ['id'] })).map(({ id }) => id),
    );
    await assertExist('Profile', touches.profiles, async (ids) =>
      (await data.find(profileModel, { match: { id: ids }, fields: ['id'] })).map(({ id }) => id),
    );
  }

  async record(
    data: Data,
    actor: Actor,
    operation: Operation,
    input: unknown,
    outcome: 'done' | 'refused',
  ): Promise<void> {
    await data.insert(activityModel, {
      id: this.#ids.next(),
      at: this.#clock.now(),
      actorKind: actor.kind,
      actorId: actor.kind === 'user' ? actor.userId : actor.kind === 'agent' ? actor.deviceId : null,
      actorName: await this.#directory.nameOf(actor),
      operation: operation.name,
      summary: operation.contract.summary,
      outcome,
      // What was refused was not validated either: nothing of it is kept.
      input: outcome === 'done' ? shorten(maskSecrets(operation.contract.input, input)) : {},
    });
  }
}

function forbidden(operation: Operation, why: string): RmmError {
  return new RmmError('FORBIDDEN', `${operation.name}: ${why}`);
}

async function assertExist(
  what: string,
  ids: readonly string[] | undefined,
  existing: (ids: readonly string[]) => Promise<readonly string[]>,
): Promise<void> {
  if (!ids || ids.length === 0) return;
  const found = new Set(await existing(ids));
  const missing = ids.find((id) => !found.has(id));
  if (missing !== undefined)
    throw new RmmError('NOT_FOUND', `There is no ${what} "${missing}"`, { details: { id: missing } });
}

function shorten(value: unknown): unknown {
  if (typeof value === 'string') return value.length > RECORDED_TEXT ? `${value.slice(0, RECORDED_TEXT)}…` : value;
  if (Array.isArray(value)) {
    const kept = value.slice(0, RECORDED_ENTRIES).map(shorten);
    return value.length > RECORDED_ENTRIES ? [...kept, `… ${value.length - RECORDED_ENTRIES} more`] : kept;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const kept = entries.slice(0, RECORDED_ENTRIES).map(([key, item]) => [shorten(key), shorten(item)]);
  if (entries.length > RECORDED_ENTRIES) kept.push(['…', `${entries.length - RECORDED_ENTRIES} more`]);
  return Object.fromEntries(kept);
}
