import type { Profile } from '@rmm/client';
import type { ComponentChildren } from 'preact';
import { FiltersPanel } from '../filters/filters-panel.js';
import { Content, Level, useIsBare } from '../parts/level.js';
import { Failed } from '../parts/states.js';
import { useCan, useQuery } from '../state/client-context.js';

interface Props {
  readonly profileId: string;
  readonly panel?: boolean;
  readonly actions?: (profile: Profile) => ComponentChildren;
  readonly children: (profile: Profile) => ComponentChildren;
}

/** One Profile: a client or an office, and its devices. */
export function ProfileLevel({ profileId, panel, actions, children }: Props) {
  const can = useCan();
  const bare = useIsBare();
  const { data, error, store } = useQuery('profiles.get', { profileId }, [
    { event: 'profile.changed', where: { profileId } },
    'device.online',
    'device.offline',
    'device.enrolled',
    'device.suspended',
    'device.restored',
  ]);
  const to = `/profiles/${profileId}`;
  const tabs = [
    { to, label: 'Summary' },
    ...(can('devices') ? [{ to: `${to}/devices`, label: 'Devices' }] : []),
    ...(can('policies') ? [{ to: `${to}/policies`, label: 'Policies' }] : []),
    ...(can('profiles.settings') ? [{ to: `${to}/settings`, label: 'Settings' }] : []),
  ];
  return (
    <Level
      title={data?.name ?? ' '}
      name={data?.name ?? 'Profile'}
      crumbs={[{ to: '/profiles', label: 'Profiles' }]}
      tabs={tabs}
      actions={data && actions?.(data)}
    >
      {panel && !bare && can('filters') && <FiltersPanel key={profileId} profileId={profileId} />}
      {data ? (
        children(data)
      ) : error ? (
        <Content>
          <Failed error={error} retry={() => void store.refresh()} />
        </Content>
      ) : null}
    </Level>
  );
}
