import type { ViewProps } from '../app/view-props.js';
import { ProfileLevel } from '../profiles/profile-level.js';
import { PoliciesPanel } from './list/policies-panel.js';

/** The policies that can hold in a Profile: its own, and the System's. */
export function ProfilePoliciesView({ params: { profileId = '' } }: ViewProps) {
  return (
    <ProfileLevel profileId={profileId}>
      {() => <PoliciesPanel key={profileId} place={{ level: 'profile', profileId }} />}
    </ProfileLevel>
  );
}
