import type { Profile } from '@rmm/client';
import { useState } from 'preact/hooks';
import { TextField } from '../parts/field.js';
import { FormCard } from '../parts/form-card.js';
import { useClient, useQuery } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';

/** Names of the custom fields for this Profile's devices. */
export function LabelsCard({ profile }: { readonly profile: Profile }) {
  const client = useClient();
  const { data: system } = useQuery('system.get', {}, ['system.changed']);
  const [labels, setLabels] = useState(profile.customFieldLabels.map((label) => label ?? ''));
  const { run, busy } = useAction(async () => {
    await client.profiles.update({
      profileId: profile.id,
      customFieldLabels: labels.map((label) => label.trim() || null),
    });
    toast('Names of the custom fields saved.');
  });
  return (
    <FormCard
      title="Custom fields"
      lead="Leave a name empty to use the System’s."
      permission="profiles.settings"
      busy={busy}
      onSubmit={() => void run()}
    >
      <div class="pair">
        {labels.map((label, index) => (
          <TextField
            key={index}
            label={`Field ${index + 1}`}
            placeholder={system?.customFieldLabels[index] ?? ''}
            value={label}
            maxLength={64}
            onValue={(value) => setLabels(labels.with(index, value))}
          />
        ))}
      </div>
    </FormCard>
  );
}
