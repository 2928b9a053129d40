import { RmmError } from '@rmm/protocol';
import type { Actor } from '../port/actor.js';
import { unstorableTexts } from './unstorable-text.js';

const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The ids that an actor of this kind must carry; undefined for what is no kind of actor. */
function idsOf(actor: Actor): readonly unknown[] | undefined {
  switch (actor.kind) {
    case 'user':
      return [actor.systemId, actor.userId, ...(actor.viewAs === undefined ? [] : [actor.viewAs])];
    case 'agent':
      return [actor.systemId, actor.deviceId];
    case 'host':
      return actor.systemId === undefined ? [] : [actor.systemId];
    default:
      return undefined;
  }
}

/** The host program's name is what the activity log shows. */
function isNamed(actor: Actor): boolean {
  if (actor.kind !== 'host') return true;
  const name: unknown = actor.name;
  return typeof name === 'string' && name.length > 0 && unstorableTexts(name).length === 0;
}

/**
 * Refuses what is no actor, also from callers without types: nothing runs on nobody's behalf.
 * @throws RmmError `UNAUTHENTICATED`
 */
export function assertActor(actor: unknown): asserts actor is Actor {
  if (typeof actor === 'object' && actor !== null) {
    const ids = idsOf(actor as Actor);
    if (ids?.every((id) => typeof id === 'string' && ID.test(id)) && isNamed(actor as Actor)) return;
  }
  throw new RmmError(
    'UNAUTHENTICATED',
    'The call carries no valid actor; give one of a user, an agent or the host program',
  );
}
