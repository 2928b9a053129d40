import type { Profile } from '@rmm/client';
import { useState } from 'preact/hooks';
import { AreaField, TextField } from '../parts/field.js';
import { FormCard } from '../parts/form-card.js';
import { MailField, parseMail } from '../parts/mail-field.js';
import { useClient } from '../state/client-context.js';
import { fieldProblems } from '../state/error-text.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';

export function GeneralCard({ profile }: { readonly profile: Profile }) {
  const client = useClient();
  const [name, setName] = useState(profile.name);
  const [description, setDescription] = useState(profile.description);
  const [mail, setMail] = useState(profile.mailRecipients?.join('\n') ?? '');
  const [watts, setWatts] = useState(profile.powerRatingWatts === null ? '' : String(profile.powerRatingWatts));
  const { run, busy, error } = useAction(async () => {
    await client.profiles.update({
      profileId: profile.id,
      name: name.trim(),
      description: description.trim(),
      mailRecipients: parseMail(mail),
      powerRatingWatts: watts.trim() === '' ? null : Number(watts),
    });
    client.invalidate('profiles.*');
    toast('Profile saved.');
  });
  const problems = fieldProblems(error);
  return (
    <FormCard title="General" permission="profiles.settings" busy={busy} onSubmit={() => void run()}>
      <TextField label="Name" value={name} onValue={setName} required maxLength={255} problem={problems.name} />
      <AreaField
        label="Description"
        value={description}
        onValue={setDescription}
        rows={2}
        maxLength={4000}
        problem={problems.description}
      />
      {profile.mailRecipients && (
        <MailField
          value={mail}
          onValue={setMail}
          problem={problems.mailRecipients}
          hint="Reports and alerts of this Profile go to these addresses. One a line."
        />
      )}
      <div class="pair">
        <TextField
          label="Power rating"
          type="number"
          min={0}
          max={100_000}
          value={watts}
          onValue={setWatts}
          problem={problems.powerRatingWatts}
          hint="Watts of a typical device, for energy figures"
        />
      </div>
    </FormCard>
  );
}
