import type { FilterNode } from '@rmm/client';
import { formatNumber, plural } from '../format/words.js';
import { Bar } from '../parts/bits.js';
import { Icon } from '../parts/icon.js';
import { PlanLine } from '../policies/plan/plan-line.js';
import { Link } from '../router/link.js';
import { useCan, useQuery } from '../state/client-context.js';
import { errorText } from '../state/error-text.js';
import { useDebounced } from '../state/use-debounced.js';
import { MissedDevice } from './missed-device.js';

interface Props {
  readonly filter: FilterNode;
  readonly profileId?: string;
  readonly scope?: readonly string[] | null;
  /** A stored filter that becomes this one: policies may change settings by it. */
  readonly stored?: { readonly id: string; readonly name: string };
  /** Conditions that are not filled in and therefore left out. */
  readonly incomplete: number;
}

const SAMPLE = 20;

/** How many devices fit, and the first of them; asked for anew after each pause in typing. */
export function FilterPreview({ filter, profileId, scope = null, stored, incomplete }: Props) {
  const text = useDebounced(JSON.stringify(filter), 250);
  const settled = JSON.parse(text) as FilterNode;
  const within = { ...(profileId && { profileId }), ...(scope && { scope: [...scope] }) };
  const input = { filter: settled, sample: SAMPLE, ...within };
  const showsDevices = useCan()('devices');
  const { data, error, old } = useQuery('filters.evaluate', input, ['device.*', 'profile.changed']);
  return (
    <div class="preview-body" aria-live="polite">
      {error && !data && (
        <div class="notice bad">
          <Icon name="warning" />
          <span>{errorText(error)}</span>
        </div>
      )}
      {data && (
        <>
          <div class={`stack tight ${old ? 'fetching' : ''}`}>
            <span class="figure-line">
              <span class="value">{formatNumber(data.count)}</span>
              <span class="muted">of {plural(data.total, 'device')}</span>
            </span>
            <Bar
              tall
              parts={[{ share: data.total > 0 ? data.count / data.total : 0 }]}
              label={`${data.count} of ${data.total} devices fit`}
            />
          </div>
          {incomplete > 0 && <p class="muted">{plural(incomplete, 'condition')} not complete, so not counted.</p>}
          <ul class="preview-list">
            {data.sample.map(({ id, hostname, profileName }) => (
              <li key={id}>
                <Link to={`/devices/${id}`} class="row">
                  <span class="cut grow">{hostname}</span>
                  <span class="faint cut">{profileName}</span>
                </Link>
              </li>
            ))}
          </ul>
          {data.count > data.sample.length && data.sample.length > 0 && (
            <p class="faint">and {formatNumber(data.count - data.sample.length)} more</p>
          )}
          {stored && (
            <PlanLine
              title={`What the new “${stored.name}” changes`}
              change={{
                kind: 'filter',
                filterId: stored.id,
                filter: settled,
                ...(!profileId && { scope: scope && [...scope] }),
              }}
            />
          )}
          {showsDevices && <MissedDevice filter={settled} within={within} />}
        </>
      )}
    </div>
  );
}
