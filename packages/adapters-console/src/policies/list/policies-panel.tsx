import { useState } from 'preact/hooks';
import { formatNumber } from '../../format/words.js';
import { Button } from '../../parts/button.js';
import { Loaded } from '../../parts/loaded.js';
import { Link } from '../../router/link.js';
import { useLocation, useSearch, withSearch } from '../../router/router-context.js';
import { useQuery } from '../../state/client-context.js';
import { DELIVERY_EVENTS, POLICY_EVENTS, type PolicyPlace } from '../model/policy-views.js';
import { useManages } from '../model/use-manages.js';
import { DeliveryBar } from './delivery-bar.js';
import { DriftList } from './drift-list.js';
import { NewPolicyDialog } from './new-policy-dialog.js';
import { NoPoliciesYet } from './no-policies-yet.js';
import { PolicyTable } from './policy-table.js';
import { PushButton } from './push-button.js';

/** The policies of the System, or those that can hold in a Profile; beside them the devices that do not obey yet. */
export function PoliciesPanel({ place }: { readonly place: PolicyPlace }) {
  const [query] = useSearch();
  const manages = useManages();
  const [adding, setAdding] = useState(false);
  const { level, profileId } = place;
  const within = profileId ? { profileId } : {};
  const policies = useQuery('policies.list', within, POLICY_EVENTS);
  const drifting = query.get('part') === 'drift';
  const items = policies.data?.items ?? [];
  return (
    <div class="content flush">
      <div class="strip">
        <Parts drifting={drifting} within={within} />
        <DeliveryBar within={within} />
        <span class="grow" />
        {manages(level) && !drifting && (
          <>
            <PushButton policies={items.filter((policy) => manages(policy.level))} />
            <Button icon="add" onClick={() => setAdding(true)}>
              New policy
            </Button>
          </>
        )}
      </div>
      {drifting ? (
        <DriftList within={within} />
      ) : (
        <Loaded answer={policies}>
          {(data) =>
            data.items.length === 0 ? (
              <NoPoliciesYet place={place} {...(manages(level) && { onNew: () => setAdding(true) })} />
            ) : (
              <PolicyTable items={data.items} place={place} />
            )
          }
        </Loaded>
      )}
      {adding && <NewPolicyDialog place={place} onClose={() => setAdding(false)} />}
    </div>
  );
}

interface PartsProps {
  readonly drifting: boolean;
  readonly within: { readonly profileId?: string };
}

function Parts({ drifting, within }: PartsProps) {
  const { path } = useLocation();
  const { data } = useQuery('policies.drift', { ...within, limit: 1 }, DELIVERY_EVENTS);
  return (
    <nav class="segmented" aria-label="Policies and devices">
      <Link to={path} current={!drifting}>
        Policies
      </Link>
      <Link to={withSearch(path, '', { part: 'drift' })} current={drifting}>
        Not yet obeying
        {data && <span class="tally"> {formatNumber(data.total)}</span>}
      </Link>
    </nav>
  );
}
