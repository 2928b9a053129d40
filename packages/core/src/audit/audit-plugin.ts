import { definePlugin } from '../plugin/plugin.js';
import { auditChangeModel, auditSectionModel } from './audit-models.js';
import { auditOperations } from './audit-operations.js';

/** What devices consist of, and what changed about them. */
export const auditPlugin = definePlugin({
  id: 'audits',
  compat: '*',
  models: [auditSectionModel, auditChangeModel],
  setup: () => ({ operations: auditOperations() }),
});
