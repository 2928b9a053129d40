import { useState } from 'preact/hooks';
import { Ago } from '../../parts/bits.js';
import { Button } from '../../parts/button.js';
import { Check, TextField } from '../../parts/field.js';
import { useRouter } from '../../router/router-context.js';
import { RemovePolicyDialog } from '../list/remove-policy-dialog.js';
import type { PolicyDraft } from '../model/policy-draft.js';
import { listPath } from '../model/policy-paths.js';
import type { Policy, PolicyChange, PolicyPlace } from '../model/policy-views.js';
import { SaveDialog } from './save-dialog.js';
import { TargetsField } from './targets-field.js';
import type { SavePolicy } from './use-save-policy.js';

interface Props {
  readonly place: PolicyPlace;
  readonly draft: PolicyDraft;
  readonly stored: Policy | undefined;
  readonly dirty: boolean;
  readonly manages: boolean;
  /** In words, what is wrong with the settings. */
  readonly problem: string | undefined;
  readonly targetsProblem: string | undefined;
  readonly save: SavePolicy;
  readonly onChange: (part: Partial<PolicyDraft>) => void;
  /** Whether it can be saved; tells beside the fields why not. */
  readonly check: () => boolean;
}

/** For which devices the settings are, and how they stand among other policies; at its foot, saving. */
export function PolicyAside(props: Props) {
  const { place, draft, stored, manages, onChange, targetsProblem } = props;
  const onDevice = place.level === 'device';
  return (
    <aside class="preview" aria-label="Targets and order">
      <fieldset class="preview-body" disabled={!manages}>
        {onDevice ? (
          <p class="muted">It is for this device alone, and comes before the policies of the Profile and the System.</p>
        ) : (
          <TargetsField
            place={place}
            targets={draft.targets}
            onTargets={(targets) => onChange({ targets })}
            problem={targetsProblem}
          />
        )}
        {!onDevice && (
          <div class="field">
            <Check label="Enforced" checked={draft.enforced} onChecked={(enforced) => onChange({ enforced })} />
            <span class="hint">{ENFORCED[place.level]}</span>
          </div>
        )}
        <TextField
          label="Order"
          inputMode="numeric"
          pattern="-?[0-9]{1,6}"
          value={draft.order}
          onValue={(order) => onChange({ order })}
          hint="Among policies of one level the lower number decides, then the older policy."
        />
        <div class="field">
          <Check label="In use" checked={draft.enabled} onChecked={(enabled) => onChange({ enabled })} />
          <span class="hint">Off, it holds nowhere and keeps its settings.</span>
        </div>
        {stored && (
          <p class="faint">
            Saved <Ago at={stored.updatedAt} />, pushed <Ago at={stored.deployedAt} />
          </p>
        )}
      </fieldset>
      {manages && <Foot {...props} />}
    </aside>
  );
}

const ENFORCED = {
  system: 'Policies of Profiles and devices cannot override what it sets.',
  profile: 'Policies of devices cannot override what it sets.',
} as const;

type Open = { readonly push: boolean; readonly change: PolicyChange } | 'remove' | undefined;

function Foot({ place, draft, stored, dirty, problem, save, check }: Props) {
  const router = useRouter();
  const [open, setOpen] = useState<Open>(undefined);
  const close = () => setOpen(undefined);
  const ask = (push: boolean) => {
    if (check()) setOpen({ push, change: save.change() });
  };
  const pending = stored !== undefined && stored.state !== 'deployed';
  return (
    <div class="preview-foot">
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="row">
        <Button class="grow" disabled={!dirty} onClick={() => ask(false)}>
          Save
        </Button>
        <Button class="grow" kind="primary" disabled={!dirty && !pending} onClick={() => ask(true)}>
          Save and push
        </Button>
      </div>
      {stored && (
        <Button kind="ghost" icon="trash" onClick={() => setOpen('remove')}>
          Delete
        </Button>
      )}
      {open === 'remove' && stored && (
        <RemovePolicyDialog
          policy={stored}
          onClose={close}
          onRemoved={() => router.navigate(listPath(place), { replace: true })}
        />
      )}
      {open !== undefined && open !== 'remove' && (
        <SaveDialog
          name={draft.name.trim()}
          push={open.push}
          change={open.change}
          busy={save.busy}
          onClose={close}
          onSave={() => void save.run(open.push).then(close)}
        />
      )}
    </div>
  );
}
