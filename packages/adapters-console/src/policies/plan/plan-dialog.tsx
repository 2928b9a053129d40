import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { formatNumber, plural } from '../../format/words.js';
import { Button } from '../../parts/button.js';
import { Dialog } from '../../parts/dialog.js';
import { Icon } from '../../parts/icon.js';
import { Bones } from '../../parts/states.js';
import { Link } from '../../router/link.js';
import { errorText } from '../../state/error-text.js';
import type { PolicyPlan } from '../model/policy-views.js';
import { PlanChanges } from './plan-changes.js';
import type { PlanDialogProps } from './plan-dialog-props.js';
import { PLANNED_DEVICES, usePlan } from './use-plan.js';

/** What a change would do to which devices, before it is made. */
export function PlanDialogBody({ title, change, lead, buttons, onClose }: PlanDialogProps) {
  const [limit, setLimit] = useState(PLANNED_DEVICES);
  const { data, error, old } = usePlan(change, limit);
  return (
    <Dialog
      title={title}
      size="wide"
      onClose={onClose}
      buttons={buttons?.(data, data !== undefined || error !== undefined) ?? <Button onClick={onClose}>Close</Button>}
    >
      <div class={`stack plan ${old ? 'fetching' : ''}`} aria-live="polite">
        {lead && <p class="muted">{lead}</p>}
        {data ? (
          <Plan plan={data} onMore={() => setLimit(LIMIT)} />
        ) : error ? (
          <div class="notice bad" role="alert">
            <Icon name="warning" />
            <span>What would change cannot be told: {errorText(error)}</span>
          </div>
        ) : (
          <Bones lines={6} />
        )}
      </div>
    </Dialog>
  );
}

/** Most devices that a plan names. */
const LIMIT = 1000;

function Plan({ plan, onMore }: { readonly plan: PolicyPlan; readonly onMore: () => void }) {
  const [all, setAll] = useState(false);
  if (plan.devices === 0) {
    return (
      <Verdict icon="check" figure="No device changes">
        The settings that hold stay the same everywhere.
      </Verdict>
    );
  }
  const ways = plan.changes.length;
  return (
    <>
      <Verdict
        icon="workstation"
        figure={`${plural(plan.devices, 'device')} ${plan.devices === 1 ? 'changes' : 'change'}`}
      >
        {ways > 1 ? `in ${formatNumber(ways)} ways, most devices first` : undefined}
      </Verdict>
      <PlanChanges plan={plan} />
      {all ? (
        <AllDevices plan={plan} onMore={onMore} />
      ) : (
        <span>
          <Button kind="ghost" size="small" class="link" onClick={() => setAll(true)}>
            {plan.devices === 1 ? 'Show the device' : `Show all ${formatNumber(plan.devices)} devices`}
          </Button>
        </span>
      )}
    </>
  );
}

interface VerdictProps {
  readonly icon: 'check' | 'workstation';
  readonly figure: string;
  readonly children: ComponentChildren;
}

function Verdict({ icon, figure, children }: VerdictProps) {
  return (
    <div class="plan-verdict">
      <Icon name={icon} />
      <span>
        <strong>{figure}</strong> <span class="muted">{children}</span>
      </span>
    </div>
  );
}

function AllDevices({ plan, onMore }: { readonly plan: PolicyPlan; readonly onMore: () => void }) {
  const missing = plan.devices - plan.items.length;
  return (
    <ul class="plan-all" aria-label="Devices that change">
      {plan.items.map(({ deviceId, hostname, profileName }) => (
        <li key={deviceId}>
          <Link to={`/devices/${deviceId}/policies`} class="row">
            <span class="cut">{hostname}</span>
            <span class="faint cut">{profileName}</span>
          </Link>
        </li>
      ))}
      {missing > 0 && (
        <li>
          {plan.items.length < LIMIT ? (
            <Button kind="ghost" size="small" class="link" onClick={onMore}>
              {formatNumber(missing)} more
            </Button>
          ) : (
            <span class="faint">and {formatNumber(missing)} more</span>
          )}
        </li>
      )}
    </ul>
  );
}
