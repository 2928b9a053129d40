import { Badge } from '../../parts/bits.js';
import { Icon } from '../../parts/icon.js';
import { typeIcon } from '../list/policy-bits.js';
import { describeItem, describeSetting } from '../model/describe-setting.js';
import type { EffectiveSetting, PolicyExplanation } from '../model/policy-views.js';
import type { SettingField } from '../model/setting-field.js';
import type { KnownType } from '../model/use-types.js';
import { SourceLine } from './source-line.js';

interface Props {
  readonly type: PolicyExplanation['types'][number];
  readonly known: KnownType | undefined;
  /** The agent keeps the type, and does nothing about it. */
  readonly ignored: boolean;
  readonly suspended: boolean;
}

/** The settings of one type that hold: value, origin, and what was overridden. */
export function EffectiveCard({ type, known, ignored, suspended }: Props) {
  return (
    <section class="card" aria-label={`${type.label}: what holds`}>
      <header>
        <h2 class="row tight">
          <Icon name={typeIcon(type.type)} class="faint" />
          {type.label}
        </h2>
        <span class="row tight">
          {ignored && <Badge tone="warn">This agent does not act on it</Badge>}
          {suspended && type.type === 'monitoring' && <Badge tone="warn">Suspended</Badge>}
        </span>
      </header>
      <div class="effective">
        {type.settings.map((setting) => (
          <Setting
            key={setting.field}
            setting={setting}
            field={known?.fields.find(({ name }) => name === setting.field)}
            collected={known?.collected.includes(setting.field) ?? false}
          />
        ))}
      </div>
    </section>
  );
}

interface SettingProps {
  readonly setting: EffectiveSetting;
  readonly field: SettingField | undefined;
  readonly collected: boolean;
}

function Setting({ setting, field, collected }: SettingProps) {
  return (
    <div class="effective-setting">
      <span class="effective-name">{setting.label}</span>
      <div class="stack tight">
        {collected ? (
          <Items setting={setting} field={field} />
        ) : (
          <div>
            <span class="strong-ish">{describeSetting(field, setting.value)}</span>
            {setting.sources.map((source) => (
              <SourceLine key={source.policyId} source={source} />
            ))}
          </div>
        )}
        {setting.overrode.map((loser) => (
          <div key={`${loser.policyId} ${JSON.stringify(loser.value)}`} class="overrode">
            <del class="struck">
              {collected && field ? describeOne(field, loser.value) : describeSetting(field, loser.value)}
            </del>
            <SourceLine source={loser} because={loser.because} />
          </div>
        ))}
      </div>
    </div>
  );
}

/** Each item of a collected list with the policy that brings it. */
function Items({ setting, field }: Omit<SettingProps, 'collected'>) {
  return (
    <ul class="stack tight">
      {setting.sources.map((source) => (
        <li key={`${source.policyId} ${JSON.stringify(source.value)}`}>
          <span class="strong-ish">{describeOne(field, source.value)}</span>
          <SourceLine source={source} />
        </li>
      ))}
      {setting.sources.length === 0 && <li class="faint">none</li>}
    </ul>
  );
}

function describeOne(field: SettingField | undefined, item: unknown): string {
  return field?.kind === 'items' ? describeItem(field, item) : describeSetting(field, item);
}
