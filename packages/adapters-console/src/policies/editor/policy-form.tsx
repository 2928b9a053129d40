import { useMemo, useState } from 'preact/hooks';
import { plural } from '../../format/words.js';
import { Check, TextField } from '../../parts/field.js';
import { SearchBox } from '../../parts/search-box.js';
import { useUnsaved } from '../../state/use-unsaved.js';
import { SettingRow } from '../fields/setting-row.js';
import { checkSettings, isUnset, type SettingProblems } from '../model/check-settings.js';
import { countSet, type PolicyDraft } from '../model/policy-draft.js';
import type { Policy, PolicyPlace } from '../model/policy-views.js';
import { useManages } from '../model/use-manages.js';
import type { KnownType } from '../model/use-types.js';
import { PolicyAside } from './policy-aside.js';
import { useSavePolicy } from './use-save-policy.js';

interface Props {
  readonly place: PolicyPlace;
  readonly type: KnownType;
  readonly stored?: Policy;
  readonly start: PolicyDraft;
}

const NO_PROBLEMS: SettingProblems = new Map();

/** The editor: settings at the left, made of the type's schema; for whom they are, and saving, at the right. */
export function PolicyForm({ place, type, stored, start }: Props) {
  const [draft, setDraft] = useState(start);
  const [base, setBase] = useState(() => (stored ? JSON.stringify(start) : ''));
  const [tried, setTried] = useState(false);
  const manages = useManages()(place.level);
  const own = useMemo(() => checkSettings(type.fields, draft.settings), [type, draft.settings]);
  const dirty = JSON.stringify(draft) !== base;
  const save = useSavePolicy({ place, type: type.name, stored, draft, onSaved: () => setBase(JSON.stringify(draft)) });
  useUnsaved(manages && dirty && !save.left);
  const problems = useMemo(
    () => new Map([...save.problems, ...(tried ? own : NO_PROBLEMS)]),
    [save.problems, own, tried],
  );
  const change = (part: Partial<PolicyDraft>) => setDraft((now) => ({ ...now, ...part }));
  return (
    <div class="filter-editor policy-editor">
      <div class="content">
        <fieldset class="stack wide page" disabled={!manages}>
          <div class="form">
            <div class="pair">
              <TextField
                label="Name"
                value={draft.name}
                onValue={(name) => change({ name })}
                required
                maxLength={255}
                problem={tried && draft.name.trim() === '' ? 'Fill this in.' : save.names.name}
              />
              <TextField
                label="Description"
                value={draft.description}
                onValue={(description) => change({ description })}
                maxLength={4000}
                problem={save.names.description}
              />
            </div>
          </div>
          <Settings
            type={type}
            settings={draft.settings}
            problems={problems}
            onSettings={(settings) => change({ settings })}
          />
        </fieldset>
      </div>
      <PolicyAside
        place={place}
        draft={draft}
        stored={stored}
        dirty={dirty}
        manages={manages}
        problem={problemCount(tried, own)}
        targetsProblem={save.names.targets}
        save={save}
        onChange={change}
        check={() => {
          setTried(true);
          return own.size === 0 && draft.name.trim() !== '';
        }}
      />
    </div>
  );
}

function problemCount(tried: boolean, problems: SettingProblems): string | undefined {
  if (!tried || problems.size === 0) return undefined;
  return `${plural(problems.size, 'setting')} ${problems.size === 1 ? 'is' : 'are'} not right yet.`;
}

interface SettingsProps {
  readonly type: KnownType;
  readonly settings: PolicyDraft['settings'];
  readonly problems: SettingProblems;
  readonly onSettings: (settings: PolicyDraft['settings']) => void;
}

/** From so many settings on, a search helps. */
const MANY = 8;

function Settings({ type, settings, problems, onSettings }: SettingsProps) {
  const [search, setSearch] = useState('');
  const [setOnly, setSetOnly] = useState(false);
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = type.fields.filter(({ name, label, hint = '' }) => {
    const hay = `${label} ${hint} ${name}`.toLowerCase();
    return words.every((word) => hay.includes(word)) && (!setOnly || !isUnset(settings[name]));
  });
  return (
    <section class="stack" aria-label="Settings">
      <div class="row wrap">
        <h2 class="strong">{type.label}</h2>
        <span class="muted">
          {countSet(settings)} of {plural(type.fields.length, 'setting')} set; the others are left to other policies
        </span>
        <span class="grow" />
        {type.fields.length >= MANY && (
          <>
            <Check label="Only what is set" checked={setOnly} onChecked={setSetOnly} />
            <SearchBox label="Find a setting" value={search} onValue={setSearch} slash wait={60} />
          </>
        )}
      </div>
      <div class="settings">
        {shown.map((field) => (
          <SettingRow
            key={field.name}
            field={field}
            collected={type.collected.includes(field.name)}
            value={settings[field.name]}
            problems={problems}
            onValue={(value) => onSettings({ ...settings, [field.name]: value })}
          />
        ))}
        {shown.length === 0 && <p class="inner muted">No setting fits.</p>}
      </div>
    </section>
  );
}
