import type { Authenticated } from '@rmm/core/ports';
import { invalidInput } from '../input/invalid-input.js';

/** The header in which account administrators name the role as which they look at the System. */
export const VIEW_AS_HEADER = 'x-rmm-view-as';

const ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * The caller as the request wants to be seen. Whether the role may be viewed, the door decides.
 * @throws RmmError `INVALID_INPUT` for what is no id, and from callers that are no users: they must not believe that
 * nothing can be changed
 */
export function asViewed(who: Authenticated, headers: Headers): Authenticated {
  const viewAs = headers.get(VIEW_AS_HEADER);
  if (viewAs === null) return who;
  if (!ID.test(viewAs)) throw invalidInput(VIEW_AS_HEADER, 'is not the id of a role');
  if (who.actor.kind !== 'user') throw invalidInput(VIEW_AS_HEADER, 'only users can view the System as a role');
  return { ...who, actor: { ...who.actor, viewAs } };
}
