import { Empty } from '../parts/states.js';
import { Link } from '../router/link.js';
import { useCan, useDesk } from '../state/client-context.js';

/** The first thing to do in a new System or Profile. */
export function NoDevicesYet({ profileId }: { readonly profileId?: string }) {
  const { session } = useDesk();
  const can = useCan();
  if (session.restricted || !can('profiles.settings', 'manage')) {
    return (
      <Empty icon="workstation" title="No devices">
        {session.restricted ? 'Your role shows no device here.' : 'No device has been enrolled here yet.'}
      </Empty>
    );
  }
  return (
    <Empty
      icon="workstation"
      title="No devices yet"
      actions={
        profileId ? (
          <Link to={`/profiles/${profileId}?enrol=1`} class="button primary">
            Enrol a device
          </Link>
        ) : (
          <Link to="/profiles" class="button primary">
            Choose a Profile
          </Link>
        )
      }
    >
      {profileId
        ? 'Make an enrolment command and run it on a computer; it appears here at once.'
        : 'Devices join through a Profile: choose one and enrol your first computer there.'}
    </Empty>
  );
}
