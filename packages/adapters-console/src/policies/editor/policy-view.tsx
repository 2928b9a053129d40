import { useMemo } from 'preact/hooks';
import type { ViewProps } from '../../app/view-props.js';
import { Badge } from '../../parts/bits.js';
import { Content, type Crumb, Level } from '../../parts/level.js';
import { Failed } from '../../parts/states.js';
import { useSearch } from '../../router/router-context.js';
import { type Answer, useDesk, useQuery } from '../../state/client-context.js';
import { EnforcedMark, levelLabel, PolicyState } from '../list/policy-bits.js';
import { copyOf, draftOf, EMPTY_DRAFT } from '../model/policy-draft.js';
import { listPath, placeOf, readPlace } from '../model/policy-paths.js';
import type { Policy, PolicyPlace } from '../model/policy-views.js';
import { usePolicyTypes } from '../model/use-types.js';
import { PolicyForm } from './policy-form.js';

/** A policy, new or stored, for editing. */
export function PolicyView({ params: { policyId = '' } }: ViewProps) {
  return policyId === 'new' ? <Fresh /> : <Stored key={policyId} policyId={policyId} />;
}

function Fresh() {
  const [query] = useSearch();
  const copied = query.get('copy');
  return copied ? <Copy policyId={copied} /> : <New />;
}

function New() {
  const [query] = useSearch();
  const place = useMemo(() => readPlace(query), [query]);
  const name = query.get('name') ?? '';
  return <Editor place={place} type={query.get('type') ?? ''} start={{ ...EMPTY_DRAFT, name }} />;
}

function Copy({ policyId }: { readonly policyId: string }) {
  const [query] = useSearch();
  const source = useQuery('policies.get', { policyId });
  const place = useMemo(() => readPlace(query), [query]);
  if (!source.data) return <Waiting answer={source} />;
  return (
    <Editor
      place={place}
      type={source.data.type}
      start={copyOf(source.data, query.get('name') ?? source.data.name, place)}
    />
  );
}

function Stored({ policyId }: { readonly policyId: string }) {
  const policy = useQuery('policies.get', { policyId }, [{ event: 'policy.*', where: { policyId } }]);
  const { data } = policy;
  if (!data) return <Waiting answer={policy} />;
  return <Editor key={data.id} place={placeOf(data)} type={data.type} stored={data} start={draftOf(data)} />;
}

function Waiting({ answer: { error, store } }: { readonly answer: Answer<Policy> }) {
  return (
    <Level title={error ? 'Policy' : ' '} name="Policy">
      <Content>{error && <Failed error={error} retry={() => void store.refresh()} />}</Content>
    </Level>
  );
}

interface EditorProps {
  readonly place: PolicyPlace;
  readonly type: string;
  readonly stored?: Policy;
  readonly start: ReturnType<typeof draftOf>;
}

function Editor({ place, type: typeName, stored, start }: EditorProps) {
  const types = usePolicyTypes();
  const type = types.get(typeName);
  const crumbs = useCrumbs(place);
  const label = type?.label ?? typeName;
  return (
    <Level
      keep
      name={stored?.name ?? `New ${label} policy`}
      title={
        <span class="row device-name">
          <span class="cut">{stored?.name ?? `New ${label} policy`}</span>
          {stored?.enforced && <EnforcedMark />}
          {stored && <PolicyState policy={stored} />}
          <span class="aside wide-only">
            <Badge>{label}</Badge>
          </span>
          <span class="aside wide-only">{levelLabel(place.level)} policy</span>
        </span>
      }
      crumbs={crumbs}
    >
      {type ? (
        <PolicyForm place={place} type={type} start={start} {...(stored && { stored })} />
      ) : (
        types.all.length > 0 && (
          <Content>
            <p class="notice warn">
              The server does not know policies of the type “{typeName}”. The plugin that brings it is missing.
            </p>
          </Content>
        )
      )}
    </Level>
  );
}

function useCrumbs(place: PolicyPlace): readonly Crumb[] {
  const { session } = useDesk();
  const { level, profileId, deviceId } = place;
  const to = listPath(place);
  if (level === 'system') return [{ to, label: `Policies of ${session.system.name}` }];
  if (level === 'profile') return [{ to, label: useProfileName(profileId) }];
  return [{ to, label: useHostname(deviceId) }];
}

function useProfileName(profileId = ''): string {
  const { data } = useQuery('profiles.get', { profileId });
  return data ? `Policies of ${data.name}` : 'Policies of the Profile';
}

function useHostname(deviceId = ''): string {
  const { data } = useQuery('devices.get', { deviceId });
  return data ? `Policies of ${data.hostname}` : 'Policies of the device';
}
