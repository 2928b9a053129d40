import { Badge, type Tone } from '../../parts/bits.js';
import { Icon } from '../../parts/icon.js';
import type { IconName } from '../../parts/icon-paths.js';
import { Link } from '../../router/link.js';
import type { Policy, PolicyLevel } from '../model/policy-views.js';

const STATES: Readonly<
  Record<Policy['state'], { readonly label: string; readonly tone: Tone; readonly title: string }>
> = {
  draft: { label: 'Draft', tone: 'plain', title: 'Never pushed; no device obeys it yet' },
  changed: { label: 'Changed, not pushed', tone: 'warn', title: 'Devices obey what was pushed last' },
  deployed: { label: 'Deployed', tone: 'good', title: 'Devices have, or are getting, what is saved' },
};

export function PolicyState({ policy: { state, enabled } }: { readonly policy: Pick<Policy, 'state' | 'enabled'> }) {
  const { label, tone, title } = STATES[state];
  return (
    <span class="row tight" title={title}>
      <Badge tone={tone}>{label}</Badge>
      {!enabled && <Badge>Off</Badge>}
    </span>
  );
}

export const isPending = ({ state }: Pick<Policy, 'state'>) => state !== 'deployed';

/** Lower levels cannot override what it sets. */
export function EnforcedMark() {
  return <Icon name="lock" class="small enforced" label="Enforced: lower levels cannot override it" />;
}

const LEVELS: Readonly<Record<PolicyLevel, string>> = { system: 'System', profile: 'Profile', device: 'Device' };
export const levelLabel = (level: PolicyLevel) => LEVELS[level];

const ICONS: Readonly<Record<string, IconName>> = {
  agent: 'workstation',
  monitoring: 'eye',
  'patch-management': 'package',
  power: 'light',
  'windows-update': 'refresh',
};
/** A type that a plugin brings has the shield of policies. */
export const typeIcon = (type: string): IconName => ICONS[type] ?? 'shield';

const SHOWN = 3;

/** The filters and groups that a policy is for; each leads to its devices. */
export function TargetChips({ policy }: { readonly policy: Pick<Policy, 'targets' | 'profileId' | 'level'> }) {
  const { targets, profileId, level } = policy;
  const base = profileId ? `/profiles/${profileId}/devices` : '/system/devices';
  if (level === 'device') return <span class="muted">this device</span>;
  if (targets.length === 0) return <span class="faint">no targets, no devices</span>;
  return (
    <span class="row tight chips">
      {targets.slice(0, SHOWN).map(({ kind, id, name }) => (
        <Link key={`${kind} ${id}`} to={`${base}?${kind}=${id}`} class="badge chip" title={name ?? 'deleted or hidden'}>
          <Icon name={kind === 'filter' ? 'filter' : 'folder'} />
          <span class="cut">{name ?? 'deleted or hidden'}</span>
        </Link>
      ))}
      {targets.length > SHOWN && (
        <span
          class="faint"
          title={targets
            .slice(SHOWN)
            .map(({ name }) => name ?? 'deleted or hidden')
            .join(', ')}
        >
          +{targets.length - SHOWN}
        </span>
      )}
    </span>
  );
}
