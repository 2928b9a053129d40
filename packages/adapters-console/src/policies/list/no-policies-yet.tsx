import { Button } from '../../parts/button.js';
import { Empty } from '../../parts/states.js';
import type { PolicyPlace } from '../model/policy-views.js';
import { usePolicyTypes } from '../model/use-types.js';

/** What policies are, for who has none yet. */
export function NoPoliciesYet({
  place: { level },
  onNew,
}: {
  readonly place: PolicyPlace;
  readonly onNew?: () => void;
}) {
  const types = usePolicyTypes().all.filter(({ levels }) => levels.includes(level));
  return (
    <div class="sheet-table">
      <Empty
        icon="shield"
        title="No policies yet"
        actions={
          onNew && (
            <Button kind="primary" icon="add" onClick={onNew}>
              New policy
            </Button>
          )
        }
      >
        A policy is a set of settings for the devices of some filters and groups. Devices keep it and obey it offline
        too. Before anything changes you see which devices change, and how.
      </Empty>
      <ul class="type-hints" aria-label="Types of policies">
        {types.map(({ name, label, description }) => (
          <li key={name}>
            <span class="strong-ish">{label}</span>
            <span class="muted block">{description}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
