import { roleModel } from '../access/access-models.js';
import type { TargetUser } from './target-uses.js';

/** The roles that include or exclude a filter’s or group’s devices. */
export const rolesUsing: TargetUser = async (data, kind, id) => {
  const roles = await data.find(roleModel, { order: [{ field: 'name' }] });
  const key = kind === 'filter' ? 'filters' : 'groups';
  const using = roles.filter(({ visibility: { include, exclude } }) =>
    [...(include?.[key] ?? []), ...exclude[key]].includes(id),
  );
  return using.map(({ name }) => `the role “${name}”`);
};
