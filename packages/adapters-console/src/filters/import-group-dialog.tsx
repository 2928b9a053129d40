import type { Group, OutputOf } from '@rmm/client';
import { useState } from 'preact/hooks';
import { plural } from '../format/words.js';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { AreaField, Field, SelectField } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { useClient } from '../state/client-context.js';
import { useAction } from '../state/use-action.js';

type Result = OutputOf<'groups.importCsv'>;

/** Fills a group with the devices, or Profiles, that a CSV file names, and tells which lines named nothing. */
export function ImportGroupDialog({ group, onClose }: { readonly group: Group; readonly onClose: () => void }) {
  const client = useClient();
  const [csv, setCsv] = useState('');
  const [mode, setMode] = useState<'add' | 'replace'>('add');
  const [result, setResult] = useState<Result | undefined>(undefined);
  const ofProfiles = group.kind === 'system-profiles';
  const { run, busy } = useAction(async () => {
    setResult(await client.groups.importCsv({ groupId: group.id, csv, mode }));
    client.invalidate('groups.*');
  });
  if (result) return <Done group={group} result={result} onClose={onClose} />;
  return (
    <Dialog
      title={`Import CSV into “${group.name}”`}
      onClose={onClose}
      onSubmit={() => void run()}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy} disabled={csv.trim() === ''}>
            Import
          </Button>
        </>
      }
    >
      <div class="form">
        <Field label="File" hint={ofProfiles ? OF_PROFILES : OF_DEVICES}>
          {(binding) => (
            <input
              {...binding}
              type="file"
              class="file"
              accept=".csv,text/csv,text/plain"
              onChange={({ currentTarget }) => void currentTarget.files?.[0]?.text().then(setCsv)}
            />
          )}
        </Field>
        <AreaField label="Content" class="mono" rows={6} spellcheck={false} value={csv} onValue={setCsv} />
        <SelectField
          label="Its lines"
          value={mode}
          choices={[
            { value: 'add', label: 'are added to the members' },
            { value: 'replace', label: 'take the place of the members' },
          ]}
          onValue={setMode}
        />
      </div>
    </Dialog>
  );
}

const OF_DEVICES = 'With a column headed id, hostname, serial number or mac address.';
const OF_PROFILES = 'With a column headed id or name.';

function Done({
  group,
  result,
  onClose,
}: {
  readonly group: Group;
  readonly result: Result;
  readonly onClose: () => void;
}) {
  const { added, removed, unknown, ambiguous } = result;
  return (
    <Dialog
      title={`Imported into “${group.name}”`}
      onClose={onClose}
      buttons={
        <Button kind="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      <div class="stack" role="status">
        <p>
          <strong>{plural(added, 'member')} added</strong>
          {removed > 0 && `, ${removed} removed`}.
        </p>
        <Left
          lead={`${plural(unknown.total, 'line names', 'lines name')} nothing that could be added`}
          total={unknown.total}
          lines={unknown.lines.map(({ line, value, reason }) => `Line ${line}: ${value} – ${reason}`)}
        />
        <Left
          lead={`${plural(ambiguous.total, 'line names', 'lines name')} several, so none was added`}
          total={ambiguous.total}
          lines={ambiguous.lines.map(({ line, value, ids }) => `Line ${line}: ${value} – ${ids.length} fit`)}
        />
      </div>
    </Dialog>
  );
}

function Left({
  lead,
  total,
  lines,
}: {
  readonly lead: string;
  readonly total: number;
  readonly lines: readonly string[];
}) {
  if (total === 0) return null;
  return (
    <div class="stack tight">
      <div class="notice warn">
        <Icon name="warning" />
        <span>{lead}.</span>
      </div>
      <ul class="import-left">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
