import type { Group } from '@rmm/client';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { TextField } from '../parts/field.js';
import { PickMany } from '../parts/pick-many.js';
import { PlanLine } from '../policies/plan/plan-line.js';
import { useClient, useQuery } from '../state/client-context.js';
import { fieldProblems } from '../state/error-text.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';

interface Props {
  readonly kind: Group['kind'];
  readonly profileId?: string;
  /** Absent: a new one. */
  readonly group?: Group;
  readonly onClose: () => void;
}

const WHAT: Readonly<Record<Group['kind'], string>> = {
  'system-devices': 'device group',
  'profile-devices': 'device group',
  'system-profiles': 'Profile group',
};

/** Makes or renames a group; of Profiles also which they are. */
export function GroupDialog({ kind, profileId, group, onClose }: Props) {
  const client = useClient();
  const [name, setName] = useState(group?.name ?? '');
  const [profileIds, setProfileIds] = useState<readonly string[]>([]);
  const [before, setBefore] = useState<readonly string[]>([]);
  const ofProfiles = kind === 'system-profiles';
  useEffect(() => {
    if (!group || !ofProfiles) return;
    void client.groups.members({ groupId: group.id }).then(({ ids }) => {
      setBefore(ids);
      setProfileIds(ids);
    });
  }, []);
  const { run, busy, error } = useAction(async () => {
    const { id } = group
      ? await client.groups.rename({ groupId: group.id, name: name.trim() })
      : await client.groups.create({ kind, name: name.trim(), ...(profileId && { profileId }) });
    if (ofProfiles) await client.groups.setProfiles({ groupId: id, profileIds: [...profileIds] });
    client.invalidate('groups.*');
    toast(group ? `“${name}” was changed.` : `The ${WHAT[kind]} “${name}” was created.`);
    onClose();
  });
  return (
    <Dialog
      title={group ? `Change “${group.name}”` : `New ${WHAT[kind]}`}
      onClose={onClose}
      onSubmit={() => void run()}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {group ? 'Save' : 'Create group'}
          </Button>
        </>
      }
    >
      <div class="form">
        <TextField
          label="Name"
          value={name}
          onValue={setName}
          required
          autofocus
          maxLength={255}
          problem={fieldProblems(error).name}
          hint={
            group || ofProfiles
              ? undefined
              : 'Put devices in by selecting them in a list: Add to group. Or import a CSV file.'
          }
        />
        {ofProfiles && <ProfileChoice chosen={profileIds} onChosen={setProfileIds} />}
        {group && (
          <PlanLine title={`What the new “${group.name}” changes`} change={changeOf(group.id, before, profileIds)} />
        )}
      </div>
    </Dialog>
  );
}

/** Who comes into the group, and who leaves it; undefined when nobody does. */
function changeOf(groupId: string, before: readonly string[], after: readonly string[]) {
  const add = after.filter((id) => !before.includes(id));
  const remove = before.filter((id) => !after.includes(id));
  return add.length + remove.length > 0 ? { kind: 'group' as const, groupId, add, remove } : undefined;
}

function ProfileChoice({
  chosen,
  onChosen,
}: {
  chosen: readonly string[];
  onChosen: (ids: readonly string[]) => void;
}) {
  const { data } = useQuery('profiles.list', {}, ['profile.changed']);
  const options = (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return <PickMany label="Profiles" options={options} chosen={chosen} onChosen={onChosen} />;
}
