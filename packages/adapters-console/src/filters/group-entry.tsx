import type { Group } from '@rmm/client';
import { useState } from 'preact/hooks';
import { download } from '../format/download.js';
import { formatNumber } from '../format/words.js';
import { JobDialog } from '../jobs/job-dialog-lazy.js';
import { confirm } from '../parts/confirm.js';
import { Icon } from '../parts/icon.js';
import { Menu, type MenuItem } from '../parts/menu.js';
import { Link } from '../router/link.js';
import { useRouter, useSearch } from '../router/router-context.js';
import { useCan, useClient, useReach } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import { GroupDialog } from './group-dialog.js';
import { ImportGroupDialog } from './import-group-dialog.js';

interface Props {
  readonly group: Group;
  readonly base: string;
  readonly here: boolean;
  readonly onGo?: () => void;
}

export function GroupEntry({ group, base, here, onGo }: Props) {
  const { id, name, kind, members, profileId } = group;
  const [query] = useSearch();
  const [open, setOpen] = useState<'edit' | 'run' | 'import' | undefined>(undefined);
  const items = useItems(group, setOpen);
  const current = here && query.get('group') === id;
  const close = () => setOpen(undefined);
  return (
    <div class={`entry ${current ? 'current' : ''}`}>
      <Link to={`${base}?group=${id}`} title={name} current={current} {...(onGo && { onClick: onGo })}>
        <Icon name={kind === 'system-profiles' ? 'profile' : 'folder'} />
        <span class="cut">{name}</span>
        <span class="tally">{formatNumber(members)}</span>
      </Link>
      {items.length > 0 && <Menu size="small" label={`${name}: actions`} items={items} />}
      {open === 'edit' && <GroupDialog kind={kind} group={group} {...(profileId && { profileId })} onClose={close} />}
      {open === 'import' && <ImportGroupDialog group={group} onClose={close} />}
      {open === 'run' && <JobDialog target={{ groupId: id, label: name }} onClose={close} />}
    </div>
  );
}

function useItems(group: Group, open: (what: 'edit' | 'run' | 'import') => void): readonly MenuItem[] {
  const { id, name, kind, profileId } = group;
  const client = useClient();
  const router = useRouter();
  const can = useCan();
  const manage = useReach()(profileId) && can('groups', 'manage');
  const remove = useAction(async () => {
    const yes = await confirm({
      title: `Delete the group “${name}”?`,
      body: <p>Its members stay as they are; only the group goes.</p>,
      action: 'Delete group',
    });
    if (!yes) return;
    await client.groups.remove({ groupId: id });
    client.invalidate('groups.*');
    toast(`The group “${name}” was deleted.`);
    const { path, search } = router.getSnapshot();
    if (new URLSearchParams(search).get('group') === id) router.navigate(path);
  });
  const csv = useAction(async () => {
    const file = await client.groups.exportCsv({ groupId: id });
    download(file.filename, file.mediaType, file.text);
    toast(`${file.filename} was downloaded.`);
  });
  return [
    ...(can('jobs', 'manage') ? [{ label: 'Run a job on it', icon: 'play' as const, onPick: () => open('run') }] : []),
    ...(manage
      ? [
          {
            label: kind === 'system-profiles' ? 'Name and Profiles' : 'Rename',
            icon: 'edit' as const,
            onPick: () => open('edit'),
          },
          { label: 'Import CSV', icon: 'add' as const, onPick: () => open('import') },
        ]
      : []),
    ...(can('devices')
      ? [{ label: 'Download members as CSV', icon: 'download' as const, onPick: () => void csv.run() }]
      : []),
    ...(manage
      ? [{ label: 'Delete', icon: 'trash' as const, danger: true, apart: true, onPick: () => void remove.run() }]
      : []),
  ];
}
