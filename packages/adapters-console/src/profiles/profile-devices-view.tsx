import { useMemo } from 'preact/hooks';
import type { ViewProps } from '../app/view-props.js';
import { DeviceBrowser } from '../devices/device-browser.js';
import { NoDevicesYet } from '../devices/no-devices-yet.js';
import { ProfileLevel } from './profile-level.js';

/** The devices of one Profile. */
export function ProfileDevicesView({ params: { profileId = '' } }: ViewProps) {
  const scope = useMemo(() => ({ profileId }), [profileId]);
  return (
    <ProfileLevel profileId={profileId} panel>
      {() => <DeviceBrowser scope={scope} without={['profile']} empty={<NoDevicesYet profileId={profileId} />} />}
    </ProfileLevel>
  );
}
