import type { Language } from '@rmm/client';
import { Field, SelectField, TextField } from '../parts/field.js';
import { ScriptEditor } from '../parts/script-editor.js';
import { readPreference, writePreference } from '../state/preference.js';
import { isLanguage, LANGUAGE_CHOICES, languageExample } from './languages.js';

export interface Script {
  readonly name: string;
  readonly language: Language;
  readonly text: string;
  readonly timeoutMinutes: string;
}

const KEY = 'rmm.script.language';

function lastLanguage(): Language {
  const last = readPreference(KEY) ?? '';
  return isLanguage(last) ? last : 'bash';
}

export const emptyScript = (): Script => ({ name: '', language: lastLanguage(), text: '', timeoutMinutes: '60' });

interface Props {
  readonly script: Script;
  readonly onScript: (script: Script) => void;
}

/** A script that is not stored; its text stays with the job. */
export function ScriptOfTheMoment({ script, onScript }: Props) {
  const { name, language, text, timeoutMinutes } = script;
  return (
    <>
      <div class="triple">
        <TextField
          label="Name"
          value={name}
          maxLength={255}
          placeholder="Quick job"
          onValue={(next) => onScript({ ...script, name: next })}
        />
        <SelectField
          label="Language"
          value={language}
          choices={LANGUAGE_CHOICES}
          onValue={(next) => {
            writePreference(KEY, next);
            onScript({ ...script, language: next });
          }}
        />
        <TextField
          label="Time limit, minutes"
          type="number"
          min={1}
          max={10_080}
          value={timeoutMinutes}
          onValue={(next) => onScript({ ...script, timeoutMinutes: next })}
        />
      </div>
      <Field label="Script" hint="Ctrl + Enter runs it. The Profile’s variables are in its environment.">
        {(binding) => (
          <ScriptEditor
            {...binding}
            value={text}
            placeholder={languageExample(language)}
            autofocus
            onValue={(next) => onScript({ ...script, text: next })}
          />
        )}
      </Field>
    </>
  );
}
