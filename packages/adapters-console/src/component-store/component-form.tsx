import type { Component } from '@rmm/client';
import { useState } from 'preact/hooks';
import { LANGUAGE_CHOICES, languageExample } from '../jobs/languages.js';
import { Badge } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { confirm } from '../parts/confirm.js';
import { AreaField, Field, SelectField, TextField } from '../parts/field.js';
import { ScriptEditor } from '../parts/script-editor.js';
import { useRouter } from '../router/router-context.js';
import { useCan, useClient } from '../state/client-context.js';
import { fieldProblems } from '../state/error-text.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import { type ComponentDraft, draftOf, inputOf } from './component-draft.js';
import { SECURITY_LEVELS } from './security-level.js';
import { VariablesEditor } from './variables-editor.js';

const KINDS = [
  { value: 'script', label: 'Script' },
  { value: 'application', label: 'Application' },
  { value: 'monitor', label: 'Monitor' },
] as const;

interface PartProps {
  readonly draft: ComponentDraft;
  readonly change: (change: Partial<ComponentDraft>) => void;
  readonly problems: Readonly<Record<string, string>>;
}

/** Everything of a component: what it is called, its script, who may run it, what it asks for. */
export function ComponentForm({ component }: { readonly component?: Component }) {
  const can = useCan();
  const [draft, setDraft] = useState(() => draftOf(component));
  const { save, remove } = useCommands(component, draft);
  const manage = can('components', 'manage');
  const part = {
    draft,
    change: (change: Partial<ComponentDraft>) => setDraft({ ...draft, ...change }),
    problems: fieldProblems(save.error),
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <fieldset class="editor-page" disabled={!manage}>
        <section class="card">
          <div class="inner top form">
            <ScriptPart {...part} />
          </div>
        </section>
        <div class="stack gap-5">
          <section class="card">
            <div class="inner top form">
              <DetailsPart {...part} fresh={component === undefined} />
            </div>
          </section>
          <section class="card">
            <VariablesEditor variables={draft.variables} onVariables={(variables) => part.change({ variables })} />
          </section>
          {manage && (
            <div class="row end">
              {component && <Badge>version {component.version}</Badge>}
              <span class="grow" />
              {component && (
                <Button icon="trash" busy={remove.busy} onClick={() => void remove.run()}>
                  Delete
                </Button>
              )}
              <Button type="submit" kind="primary" busy={save.busy}>
                {component ? 'Save' : 'Create component'}
              </Button>
            </div>
          )}
        </div>
      </fieldset>
    </form>
  );
}

function ScriptPart({ draft, change, problems }: PartProps) {
  return (
    <>
      <TextField
        label="Name"
        value={draft.name}
        onValue={(name) => change({ name })}
        required
        maxLength={255}
        problem={problems.name}
      />
      <Field label="Script" problem={problems.script} hint="Tab indents. Esc, then Tab leaves the field.">
        {(binding) => (
          <ScriptEditor
            {...binding}
            required
            value={draft.script}
            placeholder={languageExample(draft.language)}
            onValue={(script) => change({ script })}
          />
        )}
      </Field>
    </>
  );
}

function DetailsPart({ draft, change, problems, fresh }: PartProps & { readonly fresh: boolean }) {
  return (
    <>
      <div class="pair">
        <SelectField
          label="Language"
          value={draft.language}
          choices={LANGUAGE_CHOICES}
          onValue={(language) => change({ language })}
        />
        <SelectField
          label="Kind"
          value={draft.kind}
          choices={KINDS}
          disabled={!fresh}
          onValue={(kind) => change({ kind })}
        />
      </div>
      <AreaField
        label="Description"
        rows={3}
        maxLength={4000}
        value={draft.description}
        onValue={(description) => change({ description })}
      />
      <TextField label="Category" maxLength={64} value={draft.category} onValue={(category) => change({ category })} />
      <div class="pair">
        <SelectField
          label="Security level"
          value={draft.securityLevel}
          choices={SECURITY_LEVELS}
          onValue={(securityLevel) => change({ securityLevel })}
          hint="Users below it neither see nor run it."
        />
        <TextField
          label="Time limit, minutes"
          type="number"
          min={1}
          max={10_080}
          required
          value={draft.timeoutMinutes}
          onValue={(timeoutMinutes) => change({ timeoutMinutes })}
          problem={problems.timeoutMs}
        />
      </div>
    </>
  );
}

function useCommands(component: Component | undefined, draft: ComponentDraft) {
  const client = useClient();
  const router = useRouter();
  const save = useAction(async () => {
    const input = inputOf(draft);
    const saved = component
      ? await client.components.update({ componentId: component.id, ...input })
      : await client.components.create({ ...input, kind: draft.kind });
    client.invalidate('components.*');
    toast(component ? `“${saved.name}” saved as version ${saved.version}.` : `“${saved.name}” was created.`);
    if (!component) router.navigate(`/components/${saved.id}`, { replace: true });
  });
  const remove = useAction(async () => {
    if (!component) return;
    const yes = await confirm({
      title: `Delete “${component.name}”?`,
      body: <p>Jobs that ran it keep their results. It can no longer be run.</p>,
      action: 'Delete component',
    });
    if (!yes) return;
    await client.components.remove({ componentId: component.id });
    client.invalidate('components.*');
    toast(`“${component.name}” was deleted.`);
    router.navigate('/components', { replace: true });
  });
  return { save, remove };
}
