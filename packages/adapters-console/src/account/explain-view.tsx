import type { InputOf, OutputOf } from '@rmm/client';
import { useMemo } from 'preact/hooks';
import { DeviceCombo } from '../devices/device-combo.js';
import { headline } from '../format/headline.js';
import { capital } from '../format/words.js';
import { Segmented } from '../parts/bits.js';
import { Combo } from '../parts/combo.js';
import { Field } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { Content } from '../parts/level.js';
import { Loaded } from '../parts/loaded.js';
import { Empty } from '../parts/states.js';
import { useSearch } from '../router/router-context.js';
import { useQuery } from '../state/client-context.js';
import { useOperations } from '../state/use-operations.js';
import { AccountLevel } from './account-level.js';

type Explanation = OutputOf<'access.explain'>;

/** Whether somebody may do something, and why. */
export function ExplainView() {
  const [query, setQuery] = useSearch();
  const userId = query.get('userId') ?? undefined;
  const roleId = query.get('roleId') ?? undefined;
  const operation = query.get('operation') ?? undefined;
  const deviceId = query.get('deviceId') ?? undefined;
  const set = (change: Record<string, string | undefined>) => setQuery(change, { replace: true });
  const who = userId ? { userId } : roleId ? { roleId } : undefined;
  return (
    <AccountLevel>
      <Content narrow>
        <div class="stack gap-5">
          <section class="card">
            <div class="inner top form">
              <div>
                <h2 class="strong">Explain access</h2>
                <p class="muted">Choose who, what and on which device; the answer names what decides.</p>
              </div>
              <Who
                kind={query.get('who') === 'role' || roleId ? 'role' : 'user'}
                userId={userId}
                roleId={roleId}
                onChange={set}
              />
              <div class="pair">
                <OperationField value={operation} onValue={(next) => set({ operation: next })} />
                <Field label="Device" hint="Without one, only the right to the operation is looked at.">
                  {({ id }) => (
                    <DeviceCombo
                      id={id}
                      label="Device"
                      value={deviceId}
                      none="No device in particular"
                      onValue={(next) => set({ deviceId: next })}
                    />
                  )}
                </Field>
              </div>
            </div>
          </section>
          {who && operation ? (
            <Verdict input={{ ...who, operation, ...(deviceId && { deviceId }) }} />
          ) : (
            <Empty icon="shield" title={who ? 'Which operation?' : 'Who?'} compact>
              {who ? 'Choose what they would do.' : 'Choose a user or a role first.'}
            </Empty>
          )}
        </div>
      </Content>
    </AccountLevel>
  );
}

interface WhoProps {
  readonly kind: 'user' | 'role';
  readonly userId: string | undefined;
  readonly roleId: string | undefined;
  readonly onChange: (change: Record<string, string | undefined>) => void;
}

function Who({ kind, userId, roleId, onChange }: WhoProps) {
  const { data: users, error: noUsers } = useQuery('users.list', {}, ['user.changed']);
  const { data: roles, error: noRoles } = useQuery('roles.list', {}, ['role.changed']);
  return (
    <div class="row wrap explain-who">
      <Segmented
        label="Who"
        value={kind}
        choices={[
          { value: 'user', label: 'A user' },
          { value: 'role', label: 'A role' },
        ]}
        onValue={(who) => onChange({ who, userId: undefined, roleId: undefined })}
      />
      <span class="grow">
        {kind === 'user' ? (
          <Combo
            label="User"
            value={userId}
            placeholder="Choose a user"
            loading={!users && !noUsers}
            options={(users?.items ?? []).map(({ id, name, email, roleName }) => ({
              value: id,
              label: `${name} (${email})`,
              tally: roleName,
            }))}
            onValue={(id) => onChange({ userId: id, roleId: undefined })}
          />
        ) : (
          <Combo
            label="Role"
            value={roleId}
            placeholder="Choose a role"
            loading={!roles && !noRoles}
            options={(roles?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            onValue={(id) => onChange({ roleId: id, userId: undefined })}
          />
        )}
      </span>
    </div>
  );
}

interface OperationProps {
  readonly value: string | undefined;
  readonly onValue: (operation: string) => void;
}

function OperationField({ value, onValue }: OperationProps) {
  const operations = useOperations();
  const options = useMemo(
    () =>
      operations.map(({ name, summary, feature }) => ({
        value: name,
        label: headline(summary),
        group: capital(feature),
      })),
    [operations],
  );
  return (
    <Field label="Operation" hint={value && <span class="mono">{value}</span>}>
      {({ id }) => (
        <Combo
          id={id}
          label="Operation"
          value={value}
          shown={value}
          placeholder="Choose what they would do"
          loading={operations.length === 0}
          options={options}
          onValue={onValue}
        />
      )}
    </Field>
  );
}

function Verdict({ input }: { readonly input: InputOf<'access.explain'> }) {
  const answer = useQuery('access.explain', input, ['role.changed', 'user.changed', 'device.changed', 'group.changed']);
  return <Loaded answer={answer}>{(explanation) => <Grounds explanation={explanation} old={answer.old} />}</Loaded>;
}

const GROUNDS: Readonly<Record<Explanation['grounds'][number]['ground'], string>> = {
  account: 'Account',
  permission: 'Permission',
  tool: 'Agent tool',
  visibility: 'Device visibility',
};

function Grounds({ explanation, old }: { readonly explanation: Explanation; readonly old: boolean }) {
  const { allowed, grounds } = explanation;
  return (
    <section class={`card ${old ? 'fetching' : ''}`} aria-label="Verdict" aria-live="polite">
      <div class={`verdict ${allowed ? 'good' : 'bad'}`}>
        <Icon name={allowed ? 'check' : 'close'} />
        {allowed ? 'Allowed' : 'Refused'}
      </div>
      <ul class="list">
        {grounds.map(({ ground, allowed: passes, reason }) => (
          <li key={`${ground} ${reason}`} class="tall ground">
            <Icon
              name={passes ? 'check' : 'close'}
              class={passes ? 'good' : 'bad'}
              label={passes ? 'passes' : 'fails'}
            />
            <span class="ground-name">{GROUNDS[ground]}</span>
            <span class="grow wrap">{reason}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
