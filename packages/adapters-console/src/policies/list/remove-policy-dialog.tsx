import { Button } from '../../parts/button.js';
import { useClient } from '../../state/client-context.js';
import { toast } from '../../state/toasts.js';
import { useAction } from '../../state/use-action.js';
import type { Policy } from '../model/policy-views.js';
import { PlanDialog } from '../plan/plan-dialog-lazy.js';

interface Props {
  readonly policy: Policy;
  readonly onClose: () => void;
  readonly onRemoved?: () => void;
}

/** Asks before a policy goes, with what that changes. */
export function RemovePolicyDialog({ policy, onClose, onRemoved }: Props) {
  const client = useClient();
  const { run, busy } = useAction(async () => {
    await client.policies.remove({ policyId: policy.id });
    client.invalidate('policies.*');
    toast(`The policy “${policy.name}” was deleted.`);
    onClose();
    onRemoved?.();
  });
  return (
    <PlanDialog
      title={`Delete “${policy.name}”?`}
      lead="Devices stop to obey it at once, without a push."
      change={{ kind: 'remove', policyId: policy.id }}
      onClose={onClose}
      buttons={(_, ready) => (
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" busy={busy} disabled={!ready} onClick={() => void run()}>
            Delete policy
          </Button>
        </>
      )}
    />
  );
}
