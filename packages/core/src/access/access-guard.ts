import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import type { Touches } from '../operation/contract.js';
import type { Guard } from '../operation/door.js';
import type { Operation } from '../operation/operation.js';
import type { ThingDef } from '../plugin/thing.js';
import type { Actor } from '../port/actor.js';
import type { Clock } from '../port/clock.js';
import type { Ids } from '../port/ids.js';
import type { Access } from './access.js';
import type { ActivitySealer } from './activity-sealer.js';
import type { Directory } from './directory.js';
import { type NamedThings, namedThings, type Things, thingOf } from './named-things.js';
import { neededPermissions, suffices } from './needed-level.js';
import { type RecordedCall, recordActivity } from './record-activity.js';

interface Parts {
  readonly directory: Directory;
  readonly things: readonly ThingDef[];
  readonly clock: Clock;
  readonly ids: Ids;
  readonly sealer: ActivitySealer;
}

/** Decides who may do what, and writes down what was done. */
export class AccessGuard implements Guard {
  readonly #directory: Directory;
  readonly #things: Things;
  readonly #accesses = new WeakMap<Actor, Access>();
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #sealer: ActivitySealer;

  constructor(parts: Parts) {
    const { directory, things, clock, ids, sealer } = parts;
    this.#directory = directory;
    this.#things = new Map(things.map((thing) => [thing.kind, thing]));
    this.#clock = clock;
    this.#ids = ids;
    this.#sealer = sealer;
  }

  async authorize(actor: Actor, operation: Operation): Promise<void> {
    await this.#assertMay(actor, operation);
    this.#accesses.set(actor, await this.#directory.accessOf(actor));
  }

  async #assertMay(actor: Actor, operation: Operation): Promise<void> {
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
    if (kind === 'command' && (await this.#directory.isViewing(actor))) {
      throw forbidden(
        operation,
        'nothing can be changed while you view the System as another role; end that view first',
      );
    }
    if (requires === 'signed-in') return;
    const rights = await this.#directory.rightsOf(actor);
    if (requires === 'accountadmin') {
      if (rights.accountadmin) return;
      throw forbidden(operation, 'only account administrators may do this');
    }
    for (const { permission, needed } of neededPermissions(kind, requires)) {
      if (suffices(rights.level(permission), needed)) continue;
      throw forbidden(operation, `the role grants no right to ${needed} “${permission}”; ask an account administrator`);
    }
    if (requires.tool && !rights.tool(requires.tool)) {
      throw forbidden(operation, `the role has no agent tool “${requires.tool}”; ask an account administrator`);
    }
  }

  accessOf(actor: Actor): Access {
    const access = this.#accesses.get(actor);
    if (!access) throw new RmmError('INTERNAL', 'An operation ran before its actor was let in');
    return access;
  }

  async assertVisible(data: Data, access: Access, touches: Touches): Promise<void> {
    for (const [kind, ids] of Object.entries(touches)) {
      if (!ids || ids.length === 0) continue;
      const thing = thingOf(this.#things, kind);
      const visible = new Set(await thing.visible(data, access, ids));
      const hidden = ids.find((id) => !visible.has(id));
      if (hidden !== undefined) {
        throw new RmmError('NOT_FOUND', `There is no ${thing.label} "${hidden}"`, { details: { id: hidden } });
      }
    }
  }

  named(data: Data, touches: Touches): Promise<NamedThings> {
    return namedThings(this.#things, data, touches);
  }

  async record(data: Data, call: RecordedCall): Promise<void> {
    const { actor } = call;
    await recordActivity(data, call, {
      id: this.#ids.next(),
      at: call.at ?? this.#clock.now(),
      actorName: await this.#directory.nameOf(actor),
      roleName: await this.#directory.roleNameOf(actor),
    });
  }

  recorded(systemId: string): void {
    this.#sealer.soon([systemId]);
  }
}

function forbidden(operation: Operation, why: string): RmmError {
  return new RmmError('FORBIDDEN', `${operation.name}: ${why}`);
}
