import { useState } from 'preact/hooks';
import { Button } from '../../parts/button.js';
import { Dialog } from '../../parts/dialog.js';
import { SelectField, TextField } from '../../parts/field.js';
import { Icon } from '../../parts/icon.js';
import { useRouter } from '../../router/router-context.js';
import { useQuery } from '../../state/client-context.js';
import { newPolicyPath } from '../model/policy-paths.js';
import type { Policy, PolicyPlace } from '../model/policy-views.js';
import { type KnownType, usePolicyTypes } from '../model/use-types.js';
import { levelLabel, typeIcon } from './policy-bits.js';

interface Props {
  readonly place: PolicyPlace;
  /** The policy to start as. */
  readonly source?: Policy;
  readonly onClose: () => void;
}

/** Asks for the name and the type of a new policy, or for the policy that it starts as. Nothing is stored yet. */
export function NewPolicyDialog({ place, source, onClose }: Props) {
  const router = useRouter();
  const types = usePolicyTypes();
  const offered = types.all.filter(({ levels }) => levels.includes(place.level));
  const sources = useSources(place).filter(({ type }) => offered.some(({ name }) => name === type));
  const [name, setName] = useState(source ? `Copy of ${source.name}` : '');
  const [sourceId, setSourceId] = useState(source?.id ?? '');
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const like = sources.find(({ id }) => id === sourceId) ?? (sourceId === source?.id ? source : undefined);
  const type = like?.type ?? chosen ?? offered[0]?.name ?? '';
  return (
    <Dialog
      title={`New ${levelLabel(place.level)} policy`}
      onClose={onClose}
      onSubmit={() => {
        onClose();
        router.navigate(newPolicyPath(place, { type, name: name.trim(), ...(like && { copyOf: like.id }) }));
      }}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" disabled={!type}>
            Continue
          </Button>
        </>
      }
    >
      <div class="form">
        <TextField label="Name" value={name} onValue={setName} required autofocus maxLength={255} />
        {(sources.length > 0 || source) && (
          <SelectField
            label="Start with"
            value={sourceId}
            choices={[
              { value: '', label: 'An empty policy' },
              ...[...(source && !sources.some(({ id }) => id === source.id) ? [source] : []), ...sources].map(
                (one) => ({
                  value: one.id,
                  label: `${one.name} (${types.get(one.type)?.label ?? one.type}, ${levelLabel(one.level)})`,
                }),
              ),
            ]}
            onValue={setSourceId}
          />
        )}
        {!like && <TypeChoice types={offered} chosen={type} onChosen={setChosen} />}
      </div>
    </Dialog>
  );
}

/** The policies that a new one can start as: those of the place and of the levels above. */
function useSources({ profileId, deviceId }: PolicyPlace): readonly Policy[] {
  const { data: here } = useQuery('policies.list', deviceId ? { deviceId } : profileId ? { profileId } : {});
  const { data: above } = useQuery('policies.list', {});
  const all = [...(here?.items ?? []), ...(above?.items ?? [])];
  return all.filter(({ id }, at) => all.findIndex((one) => one.id === id) === at);
}

interface ChoiceProps {
  readonly types: readonly KnownType[];
  readonly chosen: string;
  readonly onChosen: (type: string) => void;
}

function TypeChoice({ types, chosen, onChosen }: ChoiceProps) {
  return (
    <fieldset class="field">
      <legend class="label strong-ish">Type</legend>
      <div class="type-choice">
        {types.map(({ name, label, description }) => (
          <label key={name} class="type-card">
            <input
              type="radio"
              name="policy-type"
              value={name}
              checked={name === chosen}
              onChange={() => onChosen(name)}
            />
            <Icon name={typeIcon(name)} />
            <span class="grow">
              <span class="strong-ish">{label}</span>
              <span class="muted block">{description}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
