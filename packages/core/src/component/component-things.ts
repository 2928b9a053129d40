import { rowNames, rowThing } from '../hierarchy/hierarchy-things.js';
import type { ThingDef } from '../plugin/thing.js';
import { componentModel } from './component-model.js';

/** Sees and runs components of every level. */
const MOST_TRUSTED = 5;

/** Components, as requests name them. Those above the user's security level do not exist for them (guide, chapter 14). */
export const COMPONENT_THINGS: readonly ThingDef[] = [
  {
    ...rowThing(
      'components',
      'component',
      componentModel,
      ['id', 'securityLevel'],
      (access, row) => row.securityLevel <= access.securityLevel,
    ),
    names: rowNames('components', componentModel, 'name'),
    hides: ({ securityLevel }) => securityLevel < MOST_TRUSTED,
  },
];
