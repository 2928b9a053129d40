import { useCan, useDesk } from '../../state/client-context.js';
import type { PolicyLevel } from './policy-views.js';

/** Whether the user may change policies of a level; those of the System reach beyond what some users see. */
export function useManages(): (level: PolicyLevel) => boolean {
  const can = useCan();
  const { restricted } = useDesk().session;
  return (level) =>
    can('policies', 'manage') && (level !== 'system' || (can('system.targeting', 'manage') && !restricted));
}
