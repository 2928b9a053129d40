import { plural } from '../../format/words.js';
import { Button } from '../../parts/button.js';
import type { PolicyChange } from '../model/policy-views.js';
import { PlanDialog } from '../plan/plan-dialog-lazy.js';

interface Props {
  readonly name: string;
  readonly push: boolean;
  readonly change: PolicyChange;
  readonly busy: boolean;
  readonly onClose: () => void;
  readonly onSave: () => void;
}

/** What saving would change, before it is done. */
export function SaveDialog({ name, push, change, busy, onClose, onSave }: Props) {
  return (
    <PlanDialog
      title={push ? `Save and push “${name}”` : `Save “${name}”`}
      lead={
        push
          ? 'Devices that are online change at once, the others on return.'
          : 'Saving alone changes no device. This is what a push would change then.'
      }
      change={change}
      onClose={onClose}
      buttons={(plan, ready) => (
        <>
          <Button onClick={onClose}>Back</Button>
          <Button kind="primary" busy={busy} disabled={!ready} onClick={onSave}>
            {push && plan && plan.devices > 0
              ? `Save and push to ${plural(plan.devices, 'device')}`
              : push
                ? 'Save and push'
                : 'Save'}
          </Button>
        </>
      )}
    />
  );
}
