import type { Component, InputOf } from '@rmm/client';
import { useState } from 'preact/hooks';
import { plural } from '../format/words.js';
import { Segmented } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { SelectField } from '../parts/field.js';
import { useRouter } from '../router/router-context.js';
import { useCan, useClient } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import { ComponentChoice } from './component-choice.js';
import type { JobDialogProps, JobTarget } from './job-target.js';
import { emptyScript, type Script, ScriptOfTheMoment } from './script-of-the-moment.js';
import { missingVariables, type VariableValues } from './variable-values.js';

const HOUR = 3_600_000;
const EXPIRIES = [
  { value: String(HOUR), label: 'for 1 hour' },
  { value: String(24 * HOUR), label: 'for 24 hours' },
  { value: String(7 * 24 * HOUR), label: 'for 7 days' },
  { value: String(30 * 24 * HOUR), label: 'for 30 days' },
];

type Source = 'component' | 'script';

/** Runs a quick job: a component of the store, or a script of the moment. */
export function JobDialogBody({ target, onClose }: JobDialogProps) {
  const can = useCan();
  const scripts = can('components', 'manage');
  const [source, setSource] = useState<Source>(scripts ? 'script' : 'component');
  const [component, setComponent] = useState<Component | undefined>(undefined);
  const [values, setValues] = useState<VariableValues>({});
  const [script, setScript] = useState<Script>(emptyScript);
  const [expiry, setExpiry] = useState(String(24 * HOUR));
  const { run, busy } = useRun(target, onClose);
  const ready =
    source === 'script'
      ? script.text.trim() !== ''
      : component !== undefined && missingVariables(component, values).length === 0;
  const submit = () => {
    if (!ready) return;
    const what = source === 'script' ? scriptInput(script) : { componentId: component?.id ?? '', variables: values };
    void run({ ...what, expiresInMs: Number(expiry) });
  };
  return (
    <Dialog
      title={`Run a job on ${target.label}`}
      size="wide"
      onClose={onClose}
      onSubmit={submit}
      buttons={
        <>
          <span class="grow muted wide-only">Absent devices run it on return.</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" icon="play" busy={busy} disabled={!ready}>
            Run{target.devices === undefined ? '' : ` on ${plural(target.devices, 'device')}`}
          </Button>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the form's button */}
      <div
        class="form"
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
        }}
      >
        <div class="row between wrap">
          {scripts && (
            <Segmented
              label="What to run"
              value={source}
              onValue={setSource}
              choices={[
                { value: 'script', label: 'Script of the moment' },
                { value: 'component', label: 'Stored component' },
              ]}
            />
          )}
        </div>
        {source === 'script' ? (
          <ScriptOfTheMoment script={script} onScript={setScript} />
        ) : (
          <ComponentChoice component={component} onComponent={setComponent} values={values} onValues={setValues} />
        )}
        <div class="pair">
          <SelectField label="Wait for absent devices" value={expiry} choices={EXPIRIES} onValue={setExpiry} />
        </div>
      </div>
    </Dialog>
  );
}

type JobInput = InputOf<'jobs.run'>;

function useRun(target: JobTarget, onClose: () => void) {
  const client = useClient();
  const router = useRouter();
  return useAction(async (what: JobInput) => {
    const { deviceIds, groupId, filterId, profileId } = target;
    const job = await client.jobs.run({
      ...what,
      ...(deviceIds && { deviceIds: [...deviceIds] }),
      ...(groupId && { groupId }),
      ...(filterId && { filterId }),
      ...(profileId && { profileId }),
    });
    client.invalidate('jobs.*');
    toast(`“${job.name}” runs on ${plural(job.devices, 'device')}.`);
    onClose();
    router.navigate(`/jobs/${job.id}`);
  });
}

function scriptInput({ name, language, text, timeoutMinutes }: Script): JobInput {
  const minutes = Number(timeoutMinutes);
  const timeoutMs = minutes > 0 ? { timeoutMs: Math.round(minutes * 60_000) } : {};
  return { ...(name.trim() && { name: name.trim() }), script: { language, text, ...timeoutMs } };
}
