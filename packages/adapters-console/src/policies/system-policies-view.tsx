import { SystemLevel } from '../system/system-level.js';
import { PoliciesPanel } from './list/policies-panel.js';

const PLACE = { level: 'system' } as const;

/** The System's policies, which can hold in every Profile. */
export function SystemPoliciesView() {
  return (
    <SystemLevel>
      <PoliciesPanel place={PLACE} />
    </SystemLevel>
  );
}
