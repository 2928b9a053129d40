import type { Enrolment } from '@rmm/client';
import { plural } from '../format/words.js';
import { Ago } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { confirm } from '../parts/confirm.js';
import { Icon } from '../parts/icon.js';
import { useCan, useClient, useQuery } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';

/** The Profile's tokens that still let devices in. */
export function EnrolmentsCard({ profileId }: { readonly profileId: string }) {
  const { data } = useQuery('enrolments.list', { profileId }, [
    { event: 'device.enrolled', where: { profileId } },
    { event: 'profile.changed', where: { profileId } },
  ]);
  if (!data || data.items.length === 0) return null;
  return (
    <section class="card">
      <header>
        <h2>Valid enrolment tokens</h2>
      </header>
      <ul class="list">
        {data.items.map((enrolment) => (
          <EnrolmentLine key={enrolment.id} enrolment={enrolment} />
        ))}
      </ul>
    </section>
  );
}

function EnrolmentLine({ enrolment }: { readonly enrolment: Enrolment }) {
  const { id, profileId, createdAt, createdBy, expiresAt, usesLeft, used } = enrolment;
  const client = useClient();
  const can = useCan();
  const revoke = useAction(async () => {
    const yes = await confirm({
      title: 'Revoke this token?',
      body: <p>No further device can enrol with it. The {plural(used, 'device')} that already joined stay.</p>,
      action: 'Revoke token',
    });
    if (!yes) return;
    await client.enrolments.revoke({ profileId, enrolmentId: id });
    client.invalidate('enrolments.*');
    toast('The token was revoked.');
  });
  return (
    <li>
      <Icon name="key" class="faint" />
      <span class="grow cut">
        Made by {createdBy}{' '}
        <span class="muted">
          <Ago at={createdAt} />
        </span>
      </span>
      <span class="muted number">
        {usesLeft === null ? 'no limit' : `${plural(usesLeft, 'use')} left`}, {used} used
      </span>
      <span class="muted when">
        expires <Ago at={expiresAt} />
      </span>
      {can('profiles.settings', 'manage') && (
        <Button size="small" kind="ghost" busy={revoke.busy} onClick={() => void revoke.run()}>
          Revoke
        </Button>
      )}
    </li>
  );
}
