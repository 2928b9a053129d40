import type { System } from '@rmm/client';
import { useState } from 'preact/hooks';
import { TextField } from '../parts/field.js';
import { FormCard } from '../parts/form-card.js';
import { Content } from '../parts/level.js';
import { Loaded } from '../parts/loaded.js';
import { MailField, parseMail } from '../parts/mail-field.js';
import { VariablesCard } from '../profiles/variables-card.js';
import { useCan, useClient, useQuery } from '../state/client-context.js';
import { fieldProblems } from '../state/error-text.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import { SystemLevel } from './system-level.js';

export function SystemSettingsView() {
  const can = useCan();
  const system = useQuery('system.get', {}, ['system.changed']);
  return (
    <SystemLevel>
      <Content narrow>
        <div class="stack wide">
          <Loaded answer={system}>
            {(data) => (
              <>
                <GeneralCard key={data.id} system={data} />
                <LabelsCard key={`${data.id}-labels`} system={data} />
              </>
            )}
          </Loaded>
          {can('profiles.settings') && <VariablesCard />}
        </div>
      </Content>
    </SystemLevel>
  );
}

function GeneralCard({ system }: { readonly system: System }) {
  const client = useClient();
  const [name, setName] = useState(system.name);
  const [mail, setMail] = useState(system.mailRecipients?.join('\n') ?? '');
  const { run, busy, error } = useAction(async () => {
    await client.system.update({ name: name.trim(), mailRecipients: parseMail(mail) });
    client.invalidate('session.get');
    toast('Settings saved.');
  });
  const problems = fieldProblems(error);
  return (
    <FormCard title="General" permission="system.settings" busy={busy} onSubmit={() => void run()}>
      <TextField label="Name" value={name} onValue={setName} required maxLength={255} problem={problems.name} />
      {system.mailRecipients && (
        <MailField
          value={mail}
          onValue={setMail}
          problem={problems.mailRecipients}
          hint="Reports and alerts go to these addresses, beside those of each Profile. One a line."
        />
      )}
    </FormCard>
  );
}

function LabelsCard({ system }: { readonly system: System }) {
  const client = useClient();
  const [labels, setLabels] = useState<readonly string[]>(system.customFieldLabels);
  const { run, busy } = useAction(async () => {
    await client.system.update({ customFieldLabels: [...labels] });
    toast('Names of the custom fields saved.');
  });
  return (
    <FormCard
      title="Custom fields"
      permission="system.settings"
      busy={busy}
      onSubmit={() => void run()}
      lead="Every device has five custom fields. Their names here hold everywhere unless a Profile names them otherwise."
    >
      <div class="pair">
        {labels.map((label, index) => (
          <TextField
            key={index}
            label={`Field ${index + 1}`}
            value={label}
            maxLength={64}
            onValue={(value) => setLabels(labels.with(index, value))}
          />
        ))}
      </div>
    </FormCard>
  );
}
