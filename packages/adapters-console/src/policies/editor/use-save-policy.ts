import { isRmmError } from '@rmm/client';
import { useMemo, useState } from 'preact/hooks';
import { plural } from '../../format/words.js';
import { useRouter } from '../../router/router-context.js';
import { useClient } from '../../state/client-context.js';
import { fieldProblems } from '../../state/error-text.js';
import { toast } from '../../state/toasts.js';
import { useAction } from '../../state/use-action.js';
import type { SettingProblems } from '../model/check-settings.js';
import { type PolicyDraft, termsOf } from '../model/policy-draft.js';
import { listPath } from '../model/policy-paths.js';
import type { Policy, PolicyChange, PolicyPlace } from '../model/policy-views.js';

interface Input {
  readonly place: PolicyPlace;
  readonly type: string;
  readonly stored: Policy | undefined;
  readonly draft: PolicyDraft;
  readonly onSaved: () => void;
}

export interface SavePolicy {
  readonly run: (push: boolean) => Promise<void>;
  readonly busy: boolean;
  /** The editor is being left after it has saved. */
  readonly left: boolean;
  /** What the server says of settings, by their path; of the other fields by their name. */
  readonly problems: SettingProblems;
  readonly names: Readonly<Record<string, string>>;
  /** What saving and pushing would change. */
  readonly change: () => PolicyChange;
}

/** Saves a policy, and pushes it if that is wished. */
export function useSavePolicy({ place, type, stored, draft, onSaved }: Input): SavePolicy {
  const client = useClient();
  const router = useRouter();
  const [left, setLeft] = useState(false);
  const name = draft.name.trim();
  const terms = () => termsOf(draft, place.level);
  const { run, busy, error } = useAction(async (push: boolean) => {
    const saved = stored
      ? await client.policies.update({ policyId: stored.id, name, ...terms() })
      : await client.policies.create({ name, type, ...place, ...terms() });
    onSaved();
    const pushed = push ? await client.policies.push({ policyIds: [saved.id] }) : undefined;
    client.invalidate('policies.*');
    toast(
      pushed
        ? `“${saved.name}” was saved and pushed to ${plural(pushed.devices, 'device')}.`
        : `“${saved.name}” was saved. Devices get it when you push changes.`,
    );
    setLeft(true);
    // Once the editor has let go of its unsaved changes.
    setTimeout(() => router.navigate(listPath(place)));
  });
  const problems = useMemo(() => settingProblems(error), [error]);
  const change = (): PolicyChange =>
    stored ? { kind: 'save', policyId: stored.id, ...terms() } : { kind: 'save', type, ...place, ...terms() };
  return { run, busy, left, problems, names: fieldProblems(error), change };
}

const SETTINGS = '/settings';

/** What the server found wrong in the settings, by their path below them. */
function settingProblems(error: unknown): SettingProblems {
  const issues: unknown = isRmmError(error) ? error.details?.issues : undefined;
  const list: readonly { path?: unknown; message?: unknown }[] = Array.isArray(issues) ? issues : [];
  return new Map(
    list.flatMap(({ path, message }) => {
      const at = String(path);
      return at.startsWith(`${SETTINGS}/`) ? [[at.slice(SETTINGS.length), String(message)] as const] : [];
    }),
  );
}
