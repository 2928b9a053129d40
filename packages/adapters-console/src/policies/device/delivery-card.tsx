import type { ComponentChildren } from 'preact';
import { Ago, Badge, type Tone } from '../../parts/bits.js';
import { Switch } from '../../parts/switch.js';
import { useCan, useClient } from '../../state/client-context.js';
import { toast } from '../../state/toasts.js';
import { useAction } from '../../state/use-action.js';
import type { PolicyExplanation } from '../model/policy-views.js';
import { usePolicyTypes } from '../model/use-types.js';

interface Props {
  readonly explanation: PolicyExplanation;
  readonly actions: ComponentChildren;
}

type State = PolicyExplanation['delivery']['state'];

const STATES: Readonly<Record<State, { readonly label: string; readonly tone: Tone; readonly text: string }>> = {
  'in-force': { label: 'In force', tone: 'good', text: 'The agent keeps what is shown here.' },
  waiting: {
    label: 'Waiting',
    tone: 'warn',
    text: 'The agent does not have the latest settings yet; it gets them as soon as it is online.',
  },
  failed: { label: 'Failed', tone: 'bad', text: 'The agent could not take the latest settings.' },
  unknown: { label: 'Unknown', tone: 'plain', text: 'The agent has not told yet what it keeps.' },
};

/** Whether the agent obeys, and whether its monitors run. */
export function DeliveryCard({ explanation, actions }: Props) {
  const types = usePolicyTypes();
  const { state, actualAt, ignored, fault } = explanation.delivery;
  const { label, tone, text } = STATES[state];
  return (
    <section class="card" aria-label="Delivery">
      <div class="inner top delivery-card">
        <div class="stack tight grow">
          <span class="row tight wrap">
            <Badge tone={tone}>{label}</Badge>
            <span>{text}</span>
            {actualAt && (
              <span class="muted">
                Confirmed <Ago at={actualAt} />
              </span>
            )}
          </span>
          {fault && (
            <p class="problem">
              {fault.message} <span class="mono faint">{fault.code}</span>
            </p>
          )}
          {ignored.length > 0 && (
            <p class="muted">
              Kept, but not acted on by this agent: {ignored.map((name) => types.get(name)?.label ?? name).join(', ')}
            </p>
          )}
        </div>
        <div class="row wrap">
          <Suspension explanation={explanation} />
          {actions}
        </div>
      </div>
    </section>
  );
}

/** The guide's *Suspend Monitoring*. */
function Suspension({ explanation: { deviceId, hostname, monitoringSuspended } }: Pick<Props, 'explanation'>) {
  const client = useClient();
  const can = useCan();
  const { run, busy } = useAction(async (suspended: boolean) => {
    await client.policies.suspendMonitoring({ deviceId, suspended });
    client.invalidate('policies.*');
    toast(`The monitors of ${hostname} ${suspended ? 'are suspended' : 'run again'}.`);
  });
  return (
    <Switch
      label="Suspend monitoring"
      on={monitoringSuspended}
      disabled={busy || !can('policies', 'manage')}
      onSwitch={(suspended) => void run(suspended)}
    />
  );
}
