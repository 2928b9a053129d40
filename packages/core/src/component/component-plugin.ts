import { favouriteModel } from '../hierarchy/hierarchy-models.js';
import { definePlugin } from '../plugin/plugin.js';
import { componentModel } from './component-model.js';
import { componentOperations } from './component-operations.js';
import { COMPONENT_THINGS } from './component-things.js';

/** Scripts that can be run on devices. */
export const componentPlugin = definePlugin({
  id: 'components',
  compat: '*',
  requires: ['access'],
  models: [componentModel, favouriteModel],
  things: COMPONENT_THINGS,
  events: { 'component.changed': 'components' },
  setup: (context) => ({ operations: componentOperations(context) }),
});
