import type { Device } from '@rmm/client';
import { useState } from 'preact/hooks';
import type { ViewProps } from '../../app/view-props.js';
import { DeviceLevel } from '../../devices/device-level.js';
import { Button } from '../../parts/button.js';
import { Content } from '../../parts/level.js';
import { Loaded } from '../../parts/loaded.js';
import { Empty } from '../../parts/states.js';
import { useQuery } from '../../state/client-context.js';
import { NewPolicyDialog } from '../list/new-policy-dialog.js';
import { PushButton } from '../list/push-button.js';
import type { PolicyExplanation, PolicyPlace } from '../model/policy-views.js';
import { useManages } from '../model/use-manages.js';
import { usePolicyTypes } from '../model/use-types.js';
import { AllPoliciesCard } from './all-policies-card.js';
import { DeliveryCard } from './delivery-card.js';
import { EffectiveCard } from './effective-card.js';

/** What holds on a device, where each setting comes from, and whether its agent obeys. */
export function DevicePoliciesView({ params: { deviceId = '' } }: ViewProps) {
  const explanation = useQuery('policies.explain', { deviceId }, [
    'policy.*',
    { event: 'device.*', where: { deviceId } },
    'filter.changed',
    { event: 'filter.membership', where: { deviceId } },
    'group.changed',
    'profile.changed',
  ]);
  return (
    <DeviceLevel deviceId={deviceId}>
      {(device) => (
        <Content>
          <Loaded answer={explanation}>{(data) => <Explained device={device} explanation={data} />}</Loaded>
        </Content>
      )}
    </DeviceLevel>
  );
}

function Explained({ device, explanation }: { readonly device: Device; readonly explanation: PolicyExplanation }) {
  const types = usePolicyTypes();
  return (
    <div class="stack gap-5">
      <DeliveryCard explanation={explanation} actions={<Actions device={device} />} />
      {explanation.types.length === 0 ? (
        <section class="card">
          <Empty icon="shield" title="No settings hold here" compact>
            {explanation.policies.length > 0
              ? 'No pushed policy holds for this device. Below stands why not.'
              : 'There is no policy yet. Those of the System and of the Profile come to their devices by themselves.'}
          </Empty>
        </section>
      ) : (
        explanation.types.map((type) => (
          <EffectiveCard
            key={type.type}
            type={type}
            known={types.get(type.type)}
            ignored={explanation.delivery.ignored.includes(type.type)}
            suspended={explanation.monitoringSuspended}
          />
        ))
      )}
      <AllPoliciesCard explanation={explanation} types={types} place={{ level: 'device', deviceId: device.id }} />
    </div>
  );
}

function Actions({ device }: { readonly device: Device }) {
  const manages = useManages();
  const [adding, setAdding] = useState(false);
  const place: PolicyPlace = { level: 'device', deviceId: device.id };
  const { data } = useQuery('policies.list', { deviceId: device.id }, ['policy.*']);
  if (!manages('device') || device.status === 'suspended') return null;
  return (
    <span class="row tight">
      <PushButton policies={(data?.items ?? []).filter(({ level }) => level === 'device')} />
      <Button icon="add" onClick={() => setAdding(true)}>
        Add device policy
      </Button>
      {adding && <NewPolicyDialog place={place} onClose={() => setAdding(false)} />}
    </span>
  );
}
