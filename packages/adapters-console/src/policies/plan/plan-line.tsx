import { useState } from 'preact/hooks';
import { plural } from '../../format/words.js';
import { Icon } from '../../parts/icon.js';
import { useCan } from '../../state/client-context.js';
import { useDebounced } from '../../state/use-debounced.js';
import type { PolicyChange } from '../model/policy-views.js';
import { PlanDialog } from './plan-dialog-lazy.js';
import { usePlan } from './use-plan.js';

interface Props {
  /** Undefined: nothing is considered yet. */
  readonly change: PolicyChange | undefined;
  readonly title: string;
}

/** Where something else than a policy is edited: a quiet line if policies change settings by it. */
export function PlanLine({ change, title }: Props) {
  const can = useCan();
  const text = useDebounced(change ? JSON.stringify(change) : '', 400);
  if (!can('policies') || !text) return null;
  return <Line change={JSON.parse(text) as PolicyChange} title={title} />;
}

function Line({ change, title }: { readonly change: PolicyChange; readonly title: string }) {
  const [open, setOpen] = useState(false);
  const { data, old } = usePlan(change, 1);
  if (!data || data.devices === 0) return null;
  return (
    <div class={`plan-line ${old ? 'fetching' : ''}`} role="status">
      <Icon name="shield" class="small" />
      <span>
        Changes settings on {plural(data.devices, 'device')} by policy{' '}
        <button type="button" class="plain-button link" onClick={() => setOpen(true)}>
          Show
        </button>
      </span>
      {open && <PlanDialog title={title} change={change} onClose={() => setOpen(false)} />}
    </div>
  );
}
