import { definePlugin } from '../plugin/plugin.js';
import { FactService } from './fact-service.js';
import { factsRef } from './facts-ref.js';
import { filterModel } from './filter-models.js';
import { fieldOperations, filterOperations } from './filter-operations.js';

/** The field catalogue, the facts about devices and the filters over them (guide, chapter 5). */
export const filterPlugin = definePlugin({
  id: 'filters',
  compat: '*',
  models: [filterModel],
  events: { 'filter.changed': 'filters', 'filter.membership': 'filters' },
  setup: (context) => {
    const facts = new FactService(context);
    context.provide(factsRef, facts);
    return {
      operations: [...fieldOperations(facts), ...filterOperations(facts, context.ids)],
      start: async () => facts.start(await context.systems()),
      stop: () => facts.stop(),
    };
  },
});
