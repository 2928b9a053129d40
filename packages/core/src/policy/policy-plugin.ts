import { arrivalsRef } from '../agent/arrivals.js';
import { commandsRef } from '../agent/command-service.js';
import { factsRef } from '../filter/facts-ref.js';
import { targetUsesRef } from '../hierarchy/target-uses.js';
import { implement } from '../operation/operation.js';
import { definePlugin } from '../plugin/plugin.js';
import { checkPolicyTypes } from './check-policy-types.js';
import { arrived, policyCommand } from './policy-command.js';
import { policiesContract } from './policy-contract.js';
import { PolicyDelivery, policyDeliveryRef } from './policy-delivery.js';
import { deployingPolicies } from './policy-deployment.js';
import { devicePolicyModel, policyDocumentModel, policyExceptionModel, policyModel } from './policy-models.js';
import { readingPolicies, savingPolicies } from './policy-operations.js';
import { PolicyReader } from './policy-reader.js';
import { reportingPolicies } from './policy-reports.js';
import { POLICY_THINGS } from './policy-things.js';
import { policiesUsing } from './policy-uses.js';
import { settleOperations } from './settle-policies.js';
import { BUILT_IN_POLICY_TYPES } from './types/built-in-types.js';

/** Policies and how devices come to obey them (guide, chapter 8). */
export const policyPlugin = definePlugin({
  id: 'policies',
  compat: '*',
  requires: ['access', 'hierarchy', 'filters', 'agents'],
  models: [policyModel, policyExceptionModel, devicePolicyModel, policyDocumentModel],
  things: POLICY_THINGS,
  policyTypes: BUILT_IN_POLICY_TYPES,
  events: { 'policy.changed': 'policies', 'device.policy': 'policies' },
  setup: (context) => {
    checkPolicyTypes(context.policyTypes);
    const commands = context.use(commandsRef);
    const reader = new PolicyReader(context.use(factsRef), context.policyTypes, context.things);
    const delivery = new PolicyDelivery(context, reader);
    context.provide(policyDeliveryRef, delivery);
    context.use(targetUsesRef).register(policiesUsing);
    commands.register(policyCommand(delivery));
    context
      .use(arrivalsRef)
      .register((operation, { deviceId, policy }) => arrived(delivery, operation, deviceId, policy));
    return {
      operations: [
        ...implement('policies', policiesContract, {
          ...readingPolicies(reader),
          ...savingPolicies(reader, context.ids),
          ...deployingPolicies(reader, delivery),
          ...reportingPolicies(reader),
        }),
        ...settleOperations(commands, context.ids),
      ],
      start: async () => delivery.start(await context.systems()),
      stop: () => delivery.stop(),
    };
  },
});
