import type { ActivityEntry, InputOf } from '@rmm/client';
import { useMemo, useState } from 'preact/hooks';
import { DeviceCombo } from '../devices/device-combo.js';
import { headline } from '../format/headline.js';
import { capital } from '../format/words.js';
import { Segmented } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { Combo, type Option } from '../parts/combo.js';
import { Check } from '../parts/field.js';
import { useCan, useQuery } from '../state/client-context.js';
import { useOperations } from '../state/use-operations.js';
import { periodOf } from './activity-log.js';

const NAMES = ['actorId', 'operation', 'outcome', 'deviceId', 'from', 'to', 'agents'] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const ANY = '';

/** The filter in the address, as the API takes it. */
export function filterOf(query: URLSearchParams): InputOf<'activity.list'> {
  const text = (name: (typeof NAMES)[number]) => query.get(name) || undefined;
  const day = (name: 'from' | 'to') => (DAY.test(text(name) ?? '') ? text(name) : undefined);
  const [actorId, operation, outcome, deviceId] = [
    text('actorId'),
    text('operation'),
    text('outcome'),
    text('deviceId'),
  ];
  return {
    ...(actorId && { actorId }),
    ...(operation && { operation }),
    ...((outcome === 'done' || outcome === 'refused' || outcome === 'failed') && { outcome }),
    ...(deviceId && { deviceId }),
    ...periodOf(day('from'), day('to')),
    ...(text('agents') === '1' && { agents: true }),
  };
}

export function isNarrowed(query: URLSearchParams): boolean {
  return NAMES.some((name) => name !== 'agents' && query.has(name));
}

type SetQuery = (change: Readonly<Record<string, string | undefined>>) => void;

interface Props {
  readonly query: URLSearchParams;
  readonly onQuery: SetQuery;
  /** Shown now, for the actors among them. */
  readonly entries: readonly ActivityEntry[];
}

/** Narrows the log: who, what, how it ended, on which device, when. */
export function ActivityFilters({ query, onQuery, entries }: Props) {
  const [open, setOpen] = useState(false);
  const narrowed = isNarrowed(query);
  return (
    <search class={`strip activity-filters ${open ? 'open' : ''}`} aria-label="Narrow the activity log">
      <span class="only-narrow row between">
        <Button icon="filter" aria-expanded={open} onClick={() => setOpen(!open)}>
          {narrowed ? 'Filters are set' : 'Filters'}
        </Button>
      </span>
      <div class="filter-fields">
        <Actor value={query.get('actorId') ?? ANY} entries={entries} onQuery={onQuery} />
        <Operation value={query.get('operation') ?? ANY} onQuery={onQuery} />
        <Device value={query.get('deviceId') ?? undefined} onQuery={onQuery} />
        <span class="row tight">
          <DayInput name="from" label="From" query={query} onQuery={onQuery} />
          <span class="faint">–</span>
          <DayInput name="to" label="To" query={query} onQuery={onQuery} />
        </span>
        <Segmented
          label="Outcome"
          value={query.get('outcome') ?? ANY}
          choices={[
            { value: ANY, label: 'All' },
            { value: 'done', label: 'Done' },
            { value: 'refused', label: 'Refused' },
            { value: 'failed', label: 'Failed' },
          ]}
          onValue={(outcome) => onQuery({ outcome })}
        />
        <Check
          label="With agents"
          checked={query.get('agents') === '1'}
          onChecked={(on) => onQuery({ agents: on ? '1' : undefined })}
        />
        {narrowed && (
          <Button kind="ghost" onClick={() => onQuery(Object.fromEntries(NAMES.map((name) => [name, undefined])))}>
            Clear
          </Button>
        )}
      </div>
    </search>
  );
}

/** Users, where one may list them, and whoever is in sight. */
function Actor({ value, entries, onQuery }: { value: string; entries: readonly ActivityEntry[]; onQuery: SetQuery }) {
  const admin = useCan()('accountadmin');
  return admin ? (
    <ActorOfAll value={value} entries={entries} onQuery={onQuery} />
  ) : (
    <ActorCombo value={value} people={new Map()} entries={entries} onQuery={onQuery} />
  );
}

function ActorOfAll(props: { value: string; entries: readonly ActivityEntry[]; onQuery: SetQuery }) {
  const { data } = useQuery('users.list', {}, ['user.changed']);
  const people = new Map((data?.items ?? []).map(({ id, name }) => [id, name]));
  return <ActorCombo {...props} people={people} />;
}

interface ActorProps {
  readonly value: string;
  readonly people: ReadonlyMap<string, string>;
  readonly entries: readonly ActivityEntry[];
  readonly onQuery: SetQuery;
}

function ActorCombo({ value, people, entries, onQuery }: ActorProps) {
  const all = new Map(people);
  for (const { actorId, actorName } of entries) if (actorId && !all.has(actorId)) all.set(actorId, actorName);
  const options: Option[] = [...all]
    .map(([id, name]) => ({ value: id, label: name }))
    .sort((a, b) => a.label.localeCompare(b.label));
  return (
    <Combo
      label="Who"
      value={value}
      shown="Somebody"
      options={[{ value: ANY, label: 'Everyone' }, ...options]}
      onValue={(actorId) => onQuery({ actorId })}
    />
  );
}

function Operation({ value, onQuery }: { readonly value: string; readonly onQuery: SetQuery }) {
  const operations = useOperations();
  const options = useMemo((): Option[] => {
    const features = [...new Set(operations.map(({ feature }) => feature))];
    return [
      { value: ANY, label: 'Everything' },
      ...features.map((feature) => ({ value: feature, label: `All of ${feature}`, group: 'Features' })),
      ...operations
        .filter(({ changes }) => changes)
        .map(({ name, summary, feature }) => ({ value: name, label: headline(summary), group: capital(feature) })),
    ];
  }, [operations]);
  return (
    <Combo
      label="What"
      value={value}
      shown={value}
      loading={operations.length === 0}
      options={options}
      onValue={(operation) => onQuery({ operation })}
    />
  );
}

function Device({ value, onQuery }: { readonly value: string | undefined; readonly onQuery: SetQuery }) {
  if (!useCan()('devices')) return null;
  return <DeviceCombo label="Device" value={value} none="Any device" onValue={(deviceId) => onQuery({ deviceId })} />;
}

interface DayProps {
  readonly name: 'from' | 'to';
  readonly label: string;
  readonly query: URLSearchParams;
  readonly onQuery: SetQuery;
}

function DayInput({ name, label, query, onQuery }: DayProps) {
  return (
    <input
      type="date"
      class="input day"
      aria-label={`${label} (day)`}
      value={query.get(name) ?? ''}
      onChange={(event) => onQuery({ [name]: event.currentTarget.value || undefined })}
    />
  );
}
