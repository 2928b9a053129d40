import type { Access } from '../access/access.js';
import type { PolicyTarget } from './policy-models.js';
import type { PolicyWorld } from './resolve/policy-world.js';

/** How a target is called; null when it is gone, or when the actor is not to know of it. */
export function targetName({ targets }: PolicyWorld, target: PolicyTarget, access: Access): string | null {
  const known = targets.known(target);
  return known?.shownTo(access) ? known.name : null;
}
