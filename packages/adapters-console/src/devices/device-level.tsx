import type { Device } from '@rmm/client';
import type { ComponentChildren } from 'preact';
import { Badge } from '../parts/bits.js';
import { Content, Level } from '../parts/level.js';
import { Failed } from '../parts/states.js';
import { useCan, useQuery } from '../state/client-context.js';
import { LastSeen, StatusBadge } from './device-columns.js';
import { DeviceIcon } from './device-icon.js';
import { DeviceMenu } from './device-menu.js';
import { FavouriteStar } from './favourite-star.js';

interface Props {
  readonly deviceId: string;
  readonly children: (device: Device) => ComponentChildren;
}

/** One device: its name, its state, what can be done with it, and its tabs. */
export function DeviceLevel({ deviceId, children }: Props) {
  const can = useCan();
  const { data, error, store } = useQuery('devices.get', { deviceId }, [
    { event: 'device.*', where: { deviceId } },
    'group.changed',
  ]);
  const to = `/devices/${deviceId}`;
  const tabs = [
    { to, label: 'Summary' },
    ...(can('audits') ? [{ to: `${to}/audit`, label: 'Audit' }] : []),
    ...(can('jobs') ? [{ to: `${to}/jobs`, label: 'Jobs' }] : []),
    ...(can('policies') ? [{ to: `${to}/policies`, label: 'Policies' }] : []),
    { to: `${to}/notes`, label: 'Notes' },
  ];
  const crumbs = data
    ? data.status === 'suspended'
      ? [{ to: '/system/suspended', label: 'Suspended devices' }]
      : [
          { to: '/profiles', label: 'Profiles' },
          { to: `/profiles/${data.profileId}/devices`, label: data.profileName },
        ]
    : [{ to: '/system/devices', label: 'Devices' }];
  return (
    <Level
      keep
      title={
        data ? <Name device={data} onFavourite={(favourite) => store.patch((one) => ({ ...one, favourite }))} /> : ' '
      }
      name={data?.hostname ?? 'Device'}
      crumbs={crumbs}
      tabs={tabs}
      actions={data && <DeviceMenu device={data} onDone={() => void store.refresh()} />}
    >
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

interface NameProps {
  readonly device: Device;
  readonly onFavourite: (favourite: boolean) => void;
}

function Name({ device, onFavourite }: NameProps) {
  return (
    <span class="row device-name">
      <DeviceIcon device={device} />
      <span class="cut">{device.hostname}</span>
      <FavouriteStar device={device} onChange={(_, favourite) => onFavourite(favourite)} />
      <StatusBadge device={device} />
      {device.status !== 'online' && (
        <span class="aside wide-only">
          seen <LastSeen device={device} />
        </span>
      )}
      {device.tags.slice(0, 4).map((tag) => (
        <span key={tag} class="aside wide-only">
          <Badge>{tag}</Badge>
        </span>
      ))}
    </span>
  );
}
