import type { Group } from '@rmm/client';
import { formatNumber } from '../../format/words.js';
import type { Option } from '../../parts/combo.js';
import { Field } from '../../parts/field.js';
import { PickChips } from '../../parts/pick-chips.js';
import { useQuery } from '../../state/client-context.js';
import type { PolicyPlace, PolicyTarget } from '../model/policy-views.js';

interface Props {
  readonly place: PolicyPlace;
  readonly targets: readonly PolicyTarget[];
  readonly onTargets: (targets: readonly PolicyTarget[]) => void;
  readonly problem: string | undefined;
}

/** The filters and groups of the level, by name, with the number of their devices. */
export function TargetsField({ place, targets, onTargets, problem }: Props) {
  const options = useTargetOptions(place);
  return (
    <Field label="Targets" hint="The policy is for the devices of any of these filters and groups." problem={problem}>
      {({ id }) => (
        <PickChips
          id={id}
          label="Targets"
          placeholder="Choose filters and groups"
          missing="deleted or not visible"
          options={options}
          chosen={targets.map(keyOf)}
          onChosen={(keys) => onTargets(keys.map(targetOf))}
        />
      )}
    </Field>
  );
}

const keyOf = ({ kind, id }: PolicyTarget) => `${kind}:${id}`;

function targetOf(key: string): PolicyTarget {
  const at = key.indexOf(':');
  return { kind: key.slice(0, at) === 'group' ? 'group' : 'filter', id: key.slice(at + 1) };
}

function useTargetOptions({ profileId }: PolicyPlace): readonly Option[] {
  const within = profileId ? { profileId } : {};
  const level = profileId ? 'Profile' : 'System';
  const filters = useQuery('filters.list', within, ['filter.changed']).data?.items ?? [];
  // Refused to those who may not see groups: they choose among filters.
  const groups = useQuery('groups.list', within, ['group.changed']).data?.items ?? [];
  const filterOption = (group: string) => (filter: (typeof filters)[number]) => ({
    value: `filter:${filter.id}`,
    label: filter.name,
    group,
    tally: formatNumber(filter.devices),
  });
  const groupOption = (group: Group) => ({
    value: `group:${group.id}`,
    label: group.name,
    group: group.kind === 'system-profiles' ? 'Profile groups' : `${level} device groups`,
    tally: group.kind === 'system-profiles' ? `${formatNumber(group.members)} Profiles` : formatNumber(group.members),
  });
  return [
    ...filters.filter(({ builtIn }) => !builtIn).map(filterOption(`${level} filters`)),
    ...groups.map(groupOption).sort((a, b) => a.group.localeCompare(b.group)),
    ...filters.filter(isFixed).map(filterOption('Default filters')),
  ];
}

/** Favourites differ from user to user, and suspended devices obey nothing. */
function isFixed({ builtIn, id }: { readonly builtIn: boolean; readonly id: string }): boolean {
  return builtIn && !id.endsWith('-favourites') && !id.endsWith('-suspended');
}
