import { directoryRef } from '../access/directory.js';
import { VisibilityService, visibilityRef } from '../access/visibility-service.js';
import { targetUsesRef } from '../hierarchy/target-uses.js';
import { definePlugin } from '../plugin/plugin.js';
import { factBlockModel } from './fact-block-model.js';
import { FactService } from './fact-service.js';
import { factsRef } from './facts-ref.js';
import { filterModel } from './filter-models.js';
import { fieldOperations, filterOperations } from './filter-operations.js';
import { FILTER_THINGS } from './filter-things.js';

/** The field catalogue, the facts about devices and the filters over them (guide, chapter 5). */
export const filterPlugin = definePlugin({
  id: 'filters',
  compat: '*',
  models: [filterModel, factBlockModel],
  things: FILTER_THINGS,
  events: { 'filter.changed': 'filters', 'filter.membership': ['filters', 'devices'] },
  setup: (context) => {
    const facts = new FactService(context);
    context.provide(factsRef, facts);
    const visibility = new VisibilityService(facts, context.data);
    context.provide(visibilityRef, visibility);
    context.use(directoryRef).seeBy(visibility);
    return {
      operations: [...fieldOperations(facts), ...filterOperations(facts, context.ids, context.use(targetUsesRef))],
      start: async () => facts.start(await context.systems()),
      stop: () => facts.stop(),
    };
  },
});
