import type { Variable } from '@rmm/client';
import { useState } from 'preact/hooks';
import { Badge } from '../parts/bits.js';
import { Button, IconButton } from '../parts/button.js';
import { confirm } from '../parts/confirm.js';
import { Empty } from '../parts/states.js';
import { useCan, useClient, useQuery } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import { VariableDialog } from './variable-dialog.js';

/** Variables reach every script as environment variables; a Profile's override the System's. */
export function VariablesCard({ profileId }: { readonly profileId?: string }) {
  const can = useCan();
  const within = profileId ? { profileId } : {};
  const { data } = useQuery('variables.list', within, ['system.changed', 'profile.changed']);
  const [editing, setEditing] = useState<Variable | 'new' | undefined>(undefined);
  const manage = can('profiles.settings', 'manage') && (profileId !== undefined || can('system.settings', 'manage'));
  return (
    <section class="card">
      <header>
        <h2>Variables</h2>
        {manage && (
          <Button kind="ghost" size="small" icon="add" onClick={() => setEditing('new')}>
            Add variable
          </Button>
        )}
      </header>
      {data && data.items.length === 0 && (
        <Empty icon="key" title="No variables" compact>
          Scripts find them in their environment.{' '}
          {profileId ? 'A value here overrides the System’s.' : 'Profiles can override them.'}
        </Empty>
      )}
      <ul class="list">
        {data?.items.map((variable) => (
          <VariableLine
            key={`${variable.level} ${variable.name}`}
            variable={variable}
            {...within}
            manage={manage && (variable.level === 'profile') === (profileId !== undefined)}
            onEdit={() => setEditing(variable)}
          />
        ))}
      </ul>
      {editing && (
        <VariableDialog
          {...within}
          {...(editing !== 'new' && { variable: editing })}
          onClose={() => setEditing(undefined)}
        />
      )}
    </section>
  );
}

interface LineProps {
  readonly variable: Variable;
  readonly profileId?: string;
  readonly manage: boolean;
  readonly onEdit: () => void;
}

function VariableLine({ variable, profileId, manage, onEdit }: LineProps) {
  const { name, value, masked, level } = variable;
  const client = useClient();
  const remove = useAction(async () => {
    const yes = await confirm({
      title: `Remove the variable ${name}?`,
      body: <p>Scripts that start from now on no longer find it.</p>,
      action: 'Remove variable',
    });
    if (!yes) return;
    await client.variables.remove({ name, ...(profileId && { profileId }) });
    client.invalidate('variables.*');
    toast(`${name} was removed.`);
  });
  return (
    <li>
      <span class="mono cut">{name}</span>
      <span class="grow cut muted mono">{masked ? '••••••••' : value}</span>
      {masked && <Badge>masked</Badge>}
      {profileId && level === 'system' && <Badge>System</Badge>}
      {manage && (
        <>
          <IconButton icon="edit" size="small" label={`Change ${name}`} onClick={onEdit} />
          <IconButton
            icon="trash"
            size="small"
            label={`Remove ${name}`}
            busy={remove.busy}
            onClick={() => void remove.run()}
          />
        </>
      )}
    </li>
  );
}
