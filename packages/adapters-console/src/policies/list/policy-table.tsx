import { formatNumber } from '../../format/words.js';
import { Badge } from '../../parts/bits.js';
import { Icon } from '../../parts/icon.js';
import { rowLink } from '../../parts/row-link.js';
import { Link } from '../../router/link.js';
import { useRouter } from '../../router/router-context.js';
import type { Policy, PolicyPlace } from '../model/policy-views.js';
import { useManages } from '../model/use-manages.js';
import { type KnownTypes, usePolicyTypes } from '../model/use-types.js';
import { EnforcedMark, levelLabel, PolicyState, TargetChips, typeIcon } from './policy-bits.js';
import { PolicyMenu } from './policy-menu.js';
import { ProfileSwitch } from './profile-switch.js';

interface Props {
  readonly items: readonly Policy[];
  readonly place: PolicyPlace;
}

/** Policies in a table, those of one type together, in the order in which they decide. */
export function PolicyTable({ items, place }: Props) {
  const types = usePolicyTypes();
  const inProfile = place.level === 'profile';
  const rank = (policy: Policy) => types.all.findIndex(({ name }) => name === policy.type);
  const sorted = [...items].sort(
    (a, b) => rank(a) - rank(b) || LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || a.order - b.order,
  );
  return (
    <div class="sheet-table">
      <table class="table" aria-label="Policies">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="wide-only">
              Type
            </th>
            {inProfile && (
              <th scope="col" class="wide-only">
                Level
              </th>
            )}
            <th scope="col" class="wide-only">
              Targets
            </th>
            <th scope="col" class="end">
              Devices
            </th>
            <th scope="col" class="wide-only">
              State
            </th>
            <th scope="col" class="end wide-only" title="Among policies of one level the lower number decides">
              Order
            </th>
            {inProfile && (
              <th scope="col">
                <span class="wide-only">Enabled for this Profile</span>
                <span class="only-narrow">On here</span>
              </th>
            )}
            <th scope="col">
              <span class="only-read">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((policy) => (
            <PolicyLine key={policy.id} policy={policy} place={place} types={types} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The lower level decides first. */
const LEVELS: readonly Policy['level'][] = ['device', 'profile', 'system'];

interface LineProps {
  readonly policy: Policy;
  readonly place: PolicyPlace;
  readonly types: KnownTypes;
}

function PolicyLine({ policy, place, types }: LineProps) {
  const router = useRouter();
  const manages = useManages();
  const { id, name, type, level, description, enforced } = policy;
  const label = types.get(type)?.label ?? type;
  const { profileId } = place;
  return (
    <tr {...rowLink(router, `/policies/${id}`)}>
      <td>
        <span class="name">
          <Icon name={typeIcon(type)} class="faint" />
          <span class="grow">
            <Link to={`/policies/${id}`} class="cut" title={description || name} tabIndex={-1}>
              {name}
            </Link>
            <span class="under">
              <span class="cut">{level === place.level ? label : `${label} · ${levelLabel(level)}`}</span>
              <PolicyState policy={policy} />
            </span>
          </span>
          {enforced && <EnforcedMark />}
        </span>
      </td>
      <td class="wide-only muted">{label}</td>
      {profileId && (
        <td class="wide-only">
          <Badge>{levelLabel(level)}</Badge>
        </td>
      )}
      <td class="wide-only">
        <TargetChips policy={policy} />
      </td>
      <td class="end number">{formatNumber(policy.devices)}</td>
      <td class="wide-only">
        <PolicyState policy={policy} />
      </td>
      <td class="end number wide-only muted">{policy.order}</td>
      {profileId && (
        <td>
          <ProfileSwitch policy={policy} profileId={profileId} />
        </td>
      )}
      <td class="end">{manages(level) && <PolicyMenu policy={policy} place={place} />}</td>
    </tr>
  );
}
