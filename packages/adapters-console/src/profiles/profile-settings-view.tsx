import type { Profile } from '@rmm/client';
import type { ViewProps } from '../app/view-props.js';
import { Button } from '../parts/button.js';
import { confirm } from '../parts/confirm.js';
import { Content } from '../parts/level.js';
import { useRouter } from '../router/router-context.js';
import { useCan, useClient } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import { GeneralCard } from './general-card.js';
import { LabelsCard } from './labels-card.js';
import { ProfileLevel } from './profile-level.js';
import { ProxyCard } from './proxy-card.js';
import { VariablesCard } from './variables-card.js';

/** What the devices of a Profile share. */
export function ProfileSettingsView({ params: { profileId = '' } }: ViewProps) {
  return (
    <ProfileLevel profileId={profileId}>
      {(profile) => (
        <Content narrow>
          <div class="stack wide" key={profile.id}>
            <GeneralCard profile={profile} />
            <VariablesCard profileId={profile.id} />
            <LabelsCard profile={profile} />
            <ProxyCard profile={profile} />
            <DeleteCard profile={profile} />
          </div>
        </Content>
      )}
    </ProfileLevel>
  );
}

function DeleteCard({ profile }: { readonly profile: Profile }) {
  const { id, name, devices } = profile;
  const client = useClient();
  const router = useRouter();
  const can = useCan();
  const remove = useAction(async () => {
    const yes = await confirm({
      title: `Delete the Profile “${name}”?`,
      body: <p>Its settings, variables, filters, groups and enrolment tokens are deleted for good.</p>,
      action: 'Delete Profile',
    });
    if (!yes) return;
    await client.profiles.remove({ profileId: id });
    client.invalidate('profiles.*');
    toast(`The Profile “${name}” was deleted.`);
    router.navigate('/profiles', { replace: true });
  });
  if (!can('profiles', 'manage')) return null;
  return (
    <section class="card">
      <div class="inner top row between wrap">
        <div class="grow">
          <h2 class="strong">Delete this Profile</h2>
          <p class="muted">
            {devices.total > 0 ? 'Possible once its devices are moved or deleted.' : 'It holds no devices.'}
          </p>
        </div>
        <Button icon="trash" disabled={devices.total > 0} busy={remove.busy} onClick={() => void remove.run()}>
          Delete Profile
        </Button>
      </div>
    </section>
  );
}
