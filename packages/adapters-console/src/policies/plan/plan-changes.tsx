import { formatNumber, plural } from '../../format/words.js';
import { Icon } from '../../parts/icon.js';
import { Link } from '../../router/link.js';
import type { PlannedChange, PolicyPlan } from '../model/policy-views.js';
import { type KnownTypes, usePolicyTypes } from '../model/use-types.js';
import { SettingDifference } from './setting-difference.js';

/** Groups drawn at first; a plan over a large System may have hundreds. */
const SHOWN = 50;
const SAMPLE = 5;

/** What a plan would change: devices with the same change together, the most first. */
export function PlanChanges({ plan }: { readonly plan: PolicyPlan }) {
  const types = usePolicyTypes();
  const changes = [...plan.changes].sort((a, b) => b.devices - a.devices);
  return (
    <ul class="plan-changes">
      {changes.slice(0, SHOWN).map((change) => (
        <li key={change.id}>
          <Affected change={change} items={plan.items} />
          <Differences change={change} types={types} />
        </li>
      ))}
      {changes.length > SHOWN && (
        <li class="faint">and {plural(changes.length - SHOWN, 'other way', 'other ways')} in which devices change</li>
      )}
    </ul>
  );
}

function Affected({ change, items }: { readonly change: PlannedChange; readonly items: PolicyPlan['items'] }) {
  const named = items.filter((item) => item.change === change.id).slice(0, SAMPLE);
  const more = change.devices - named.length;
  return (
    <div class="plan-devices">
      <span class="strong-ish">{plural(change.devices, 'device')}</span>
      <span class="muted">
        {named.map(({ deviceId, hostname, profileName }, at) => [
          at > 0 && ', ',
          <Link key={deviceId} to={`/devices/${deviceId}/policies`} class="link" title={profileName}>
            {hostname}
          </Link>,
        ])}
        {named.length > 0 && more > 0 && ` and ${formatNumber(more)} more`}
      </span>
    </div>
  );
}

function Differences({ change, types }: { readonly change: PlannedChange; readonly types: KnownTypes }) {
  return (
    <table class="plan-table" aria-label={`What changes on ${plural(change.devices, 'device')}`}>
      <thead class="only-read">
        <tr>
          <th scope="col">Setting</th>
          <th scope="col">Before</th>
          <th scope="col" />
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {change.settings.map((setting) => (
          <tr key={`${setting.type} ${setting.field}`}>
            <th scope="row">
              {setting.label}
              <span class="faint block">{types.get(setting.type)?.label ?? setting.type}</span>
            </th>
            <SettingDifference
              setting={setting}
              field={types.field(setting.type, setting.field)}
              arrow={<Icon name="chevron" class="turned faint" label="becomes" />}
            />
          </tr>
        ))}
      </tbody>
    </table>
  );
}
