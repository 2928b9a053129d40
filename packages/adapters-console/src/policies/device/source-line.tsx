import { Link } from '../../router/link.js';
import { EnforcedMark, levelLabel } from '../list/policy-bits.js';
import type { EffectiveSetting } from '../model/policy-views.js';

type Overrode = EffectiveSetting['overrode'][number];
type Source = Omit<Overrode, 'value' | 'because'>;

/** Why a policy did not get its way. */
const REASONS: Readonly<Record<Overrode['because'], string>> = {
  'enforced above': 'overridden, as a policy above is enforced',
  'lower level wins': 'overridden by the lower level',
  order: 'overridden by the order of the policies',
  'older policy': 'overridden by the older policy',
};

/** Who set something: the policy, its level, the target that holds the device. */
export function SourceLine({ source, because }: { readonly source: Source; readonly because?: Overrode['because'] }) {
  const { policyId, policyName, level, enforced, targets } = source;
  return (
    <span class="source">
      <Link to={`/policies/${policyId}`} class="link">
        {policyName}
      </Link>
      {enforced && <EnforcedMark />}
      <span>{levelLabel(level)} policy</span>
      {targets.length > 0 && (
        <span>by {targets.map(({ kind, name }) => (name === null ? `another ${kind}` : `“${name}”`)).join(', ')}</span>
      )}
      {because && <span class="because">{REASONS[because]}</span>}
    </span>
  );
}
