import { useState } from 'preact/hooks';
import { plural } from '../../format/words.js';
import { Button } from '../../parts/button.js';
import { useClient } from '../../state/client-context.js';
import { toast } from '../../state/toasts.js';
import { useAction } from '../../state/use-action.js';
import type { Policy } from '../model/policy-views.js';
import { PlanDialog } from '../plan/plan-dialog-lazy.js';
import { isPending } from './policy-bits.js';

/** Brings what is saved to the devices, after it has shown what that changes. */
export function PushButton({ policies }: { readonly policies: readonly Policy[] }) {
  const [open, setOpen] = useState(false);
  const pending = policies.filter(isPending);
  if (pending.length === 0 && !open) return null;
  return (
    <>
      <Button kind="primary" icon="play" onClick={() => setOpen(true)}>
        Push changes ({pending.length})
      </Button>
      {open && <PushDialog policies={pending} onClose={() => setOpen(false)} />}
    </>
  );
}

export function PushDialog({
  policies,
  onClose,
}: {
  readonly policies: readonly Policy[];
  readonly onClose: () => void;
}) {
  const client = useClient();
  // What was shown is what is pushed, also if somebody saves another policy meanwhile.
  const [policyIds] = useState(() => policies.map(({ id }) => id));
  const [names] = useState(() => policies.map(({ name }) => `“${name}”`).join(', '));
  const push = useAction(async () => {
    const { devices } = await client.policies.push({ policyIds });
    client.invalidate('policies.*');
    toast(
      devices === 0
        ? 'Pushed. No device needed to change.'
        : `Pushed to ${plural(devices, 'device')}; those that are offline get it on return.`,
    );
    onClose();
  });
  return (
    <PlanDialog
      title={`Push ${plural(policyIds.length, 'changed policy', 'changed policies')}`}
      lead={`${names}. Devices that are online change at once, the others on return.`}
      change={{ kind: 'push', policyIds }}
      onClose={onClose}
      buttons={(plan, ready) => (
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={push.busy} disabled={!ready} onClick={() => void push.run()}>
            {plan && plan.devices > 0 ? `Push to ${plural(plan.devices, 'device')}` : 'Push'}
          </Button>
        </>
      )}
    />
  );
}
