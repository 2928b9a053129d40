import { Badge } from '../../parts/bits.js';
import { Icon } from '../../parts/icon.js';
import { Link } from '../../router/link.js';
import { useQuery } from '../../state/client-context.js';
import { EnforcedMark, levelLabel, PolicyState } from '../list/policy-bits.js';
import { PolicyMenu } from '../list/policy-menu.js';
import type { PolicyExplanation, PolicyPlace } from '../model/policy-views.js';
import { useManages } from '../model/use-manages.js';
import type { KnownTypes } from '../model/use-types.js';

interface Props {
  readonly explanation: PolicyExplanation;
  readonly types: KnownTypes;
  readonly place: PolicyPlace;
}

/** Every policy that could hold, in the order in which they decide, and why it does or does not. */
export function AllPoliciesCard({ explanation: { policies, deviceId }, types, place }: Props) {
  const manages = useManages();
  const { data } = useQuery('policies.list', { deviceId }, ['policy.*']);
  if (policies.length === 0) return null;
  return (
    <section class="card" aria-label="All policies">
      <header>
        <h2>All policies, in the order in which they decide</h2>
      </header>
      <ul class="list">
        {policies.map(({ policyId, policyName, type, level, enforced, applies, reason }) => {
          const own = data?.items.find(({ id }) => id === policyId);
          return (
            <li key={policyId} class="tall">
              <Icon
                name={applies ? 'check' : 'close'}
                class={applies ? 'good-ink' : 'faint'}
                label={applies ? 'Holds here' : 'Does not hold here'}
              />
              <span class="grow">
                <span class="row tight wrap">
                  <Link to={`/policies/${policyId}`} class={applies ? 'strong-ish link' : 'link'}>
                    {policyName}
                  </Link>
                  {enforced && <EnforcedMark />}
                  <span class="muted">{types.get(type)?.label ?? type}</span>
                  <Badge>{levelLabel(level)}</Badge>
                  {own && level === 'device' && <PolicyState policy={own} />}
                </span>
                <span class="muted block">{reason}</span>
              </span>
              {own && level === 'device' && manages('device') && <PolicyMenu policy={own} place={place} />}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
