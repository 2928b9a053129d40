import { useMemo, useState } from 'preact/hooks';
import { Field } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { PickChips } from '../parts/pick-chips.js';
import { RadioStrip } from '../parts/radio-strip.js';
import { Switch } from '../parts/switch.js';
import { useQuery } from '../state/client-context.js';
import type { RoleDraft } from './role-draft.js';
import { RoleSection, type SectionProps } from './role-section.js';
import { idsOf, type VisibilityKind, visibilityKinds, withIds } from './visibility-kinds.js';
import { VisibleCount } from './visible-count.js';

const NONE: readonly never[] = [];

/** Which devices holders see: what is included, less what is excluded (guide, chapter 14, *Device Visibility*). */
export function RoleVisibility({ draft, onChange, disabled }: SectionProps) {
  const { data: profiles } = useQuery('profiles.list', {}, ['profile.changed']);
  const { data: groups } = useQuery('groups.list', { everywhere: true }, ['group.changed', 'profile.changed']);
  const { data: filters } = useQuery('filters.list', { everywhere: true }, [
    'filter.changed',
    'filter.membership',
    'profile.changed',
  ]);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const things = useMemo(
    () => ({ profiles: profiles?.items ?? NONE, groups: groups?.items ?? NONE, filters: filters?.items ?? NONE }),
    [profiles, groups, filters],
  );
  const kinds = useMemo(() => visibilityKinds(things), [things]);
  const known = profiles !== undefined && groups !== undefined && filters !== undefined;
  const turn = (kind: VisibilityKind, on: boolean) => {
    setOpened(new Set(on ? [...opened, kind.id] : [...opened].filter((id) => id !== kind.id)));
    if (on) return;
    onChange({ include: withIds(kind, draft.include, []), exclude: withIds(kind, draft.exclude, []) });
  };
  return (
    <RoleSection
      id="visibility"
      title="Device visibility"
      lead="Devices that a role does not show do not exist for its holders: in lists, counts, jobs or searches."
      aside={known && <VisibleCount draft={draft} groups={things.groups} filters={things.filters} />}
    >
      <div class="row wrap">
        <RadioStrip
          label="Devices to begin with"
          value={draft.everything ? 'all' : 'included'}
          choices={[
            { value: 'all', label: 'All devices' },
            { value: 'included', label: 'Only what is included' },
          ]}
          disabled={disabled}
          onValue={(value) => onChange({ everything: value === 'all' })}
        />
        {!disabled && (
          <span class="muted">{draft.everything ? 'less what is excluded below' : 'below, less what is excluded'}</span>
        )}
      </div>
      {!disabled && (
        <div class="permissions">
          {kinds.map((kind) => (
            <Kind
              key={kind.id}
              kind={kind}
              draft={draft}
              opened={opened.has(kind.id)}
              onTurn={(on) => turn(kind, on)}
              onChange={onChange}
            />
          ))}
        </div>
      )}
      {!draft.everything && Object.values(draft.include).every((ids) => ids.length === 0) && (
        <div class="notice warn">
          <Icon name="warning" />
          <span>Nothing is included, so holders see no device at all.</span>
        </div>
      )}
    </RoleSection>
  );
}

interface KindProps {
  readonly kind: VisibilityKind;
  readonly draft: RoleDraft;
  readonly opened: boolean;
  readonly onTurn: (on: boolean) => void;
  readonly onChange: SectionProps['onChange'];
}

function Kind({ kind, draft, opened, onTurn, onChange }: KindProps) {
  const { label, hint, options } = kind;
  const included = draft.everything ? [] : idsOf(kind, draft.include);
  const excluded = idsOf(kind, draft.exclude);
  const on = opened || included.length + excluded.length > 0;
  return (
    <div class="visibility-kind">
      <Switch label={label} hint={hint} on={on} onSwitch={onTurn} />
      {on && (
        <div class="pair">
          {!draft.everything && (
            <Field label="Include">
              {({ id }) => (
                <PickChips
                  id={id}
                  label={`Include ${label}`}
                  options={options}
                  chosen={included}
                  placeholder="Nothing included"
                  onChosen={(ids) => onChange({ include: withIds(kind, draft.include, ids) })}
                />
              )}
            </Field>
          )}
          <Field label="Exclude">
            {({ id }) => (
              <PickChips
                id={id}
                label={`Exclude ${label}`}
                options={options}
                chosen={excluded}
                placeholder="Nothing excluded"
                onChosen={(ids) => onChange({ exclude: withIds(kind, draft.exclude, ids) })}
              />
            )}
          </Field>
        </div>
      )}
    </div>
  );
}
