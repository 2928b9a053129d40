import { rowNames } from '../hierarchy/hierarchy-things.js';
import { hiddenWithDevices, type ThingDef } from '../plugin/thing.js';
import { policyModel } from './policy-models.js';

/** Policies, as requests name them: those of the System everybody sees, others go with their Profile or device. */
export const POLICY_THINGS: readonly ThingDef[] = [
  {
    kind: 'policies',
    label: 'policy',
    names: rowNames('policies', policyModel, 'name'),
    hides: hiddenWithDevices,
    visible: async (data, { visibility }, ids) => {
      const rows = await data.find(policyModel, {
        match: { id: ids },
        fields: ['id', 'level', 'profileId', 'deviceId'],
      });
      return rows
        .filter(({ level, profileId, deviceId }) => {
          if (level === 'system') return true;
          return level === 'profile' ? visibility.profile(profileId) : visibility.device(deviceId);
        })
        .map(({ id }) => id);
    },
  },
];
