import { useState } from 'preact/hooks';
import { Button } from '../../parts/button.js';
import { Switch } from '../../parts/switch.js';
import { useCan, useClient } from '../../state/client-context.js';
import { toast } from '../../state/toasts.js';
import { useAction } from '../../state/use-action.js';
import type { Policy } from '../model/policy-views.js';
import { PlanDialog } from '../plan/plan-dialog-lazy.js';

/** The guide's *Enabled for this profile*: takes effect at once, so what it changes is shown first. */
export function ProfileSwitch({ policy, profileId }: { readonly policy: Policy; readonly profileId: string }) {
  const client = useClient();
  const can = useCan();
  const [asking, setAsking] = useState(false);
  const { id, name, disabledIn } = policy;
  const on = !disabledIn.includes(profileId);
  const { run, busy } = useAction(async () => {
    await client.policies.switch({ policyId: id, profileId, enabled: !on });
    client.invalidate('policies.*');
    toast(`“${name}” is ${on ? 'off' : 'on'} for this Profile.`);
    setAsking(false);
  });
  return (
    <>
      <Switch
        label={`Enabled for this Profile: ${name}`}
        on={on}
        bare
        disabled={!can('policies', 'manage')}
        onSwitch={() => setAsking(true)}
      />
      {asking && (
        <PlanDialog
          title={`Turn “${name}” ${on ? 'off' : 'on'} for this Profile`}
          lead="It takes effect at once, without a push."
          change={{ kind: 'switch', policyId: id, profileId, enabled: !on }}
          onClose={() => setAsking(false)}
          buttons={(_, ready) => (
            <>
              <Button onClick={() => setAsking(false)}>Cancel</Button>
              <Button kind="primary" busy={busy} disabled={!ready} onClick={() => void run()}>
                Turn {on ? 'off' : 'on'}
              </Button>
            </>
          )}
        />
      )}
    </>
  );
}
