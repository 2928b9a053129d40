import { formatNumber, plural } from '../../format/words.js';
import { Bar } from '../../parts/bits.js';
import { useQuery } from '../../state/client-context.js';
import { DELIVERY_EVENTS } from '../model/policy-views.js';

/** How many devices obey what holds for them; it fills up while a push goes out. */
export function DeliveryBar({ within }: { readonly within: { readonly profileId?: string } }) {
  const all = useQuery('policies.drift', { ...within, limit: 1 }, DELIVERY_EVENTS);
  const bad = useQuery('policies.drift', { ...within, state: 'failed', limit: 1 }, DELIVERY_EVENTS);
  if (!all.data || all.data.devices === 0) return null;
  const { devices, total } = all.data;
  const failed = Math.min(bad.data?.total ?? 0, total);
  const waiting = total - failed;
  const obeying = devices - total;
  const text = `${formatNumber(obeying)} of ${plural(devices, 'device')} ${obeying === 1 ? 'obeys' : 'obey'}`;
  const more = [waiting > 0 && `${formatNumber(waiting)} waiting`, failed > 0 && `${formatNumber(failed)} failed`];
  const label = [text, ...more].filter(Boolean).join(', ');
  return (
    <span class="row delivery" role="status">
      <Bar
        tall
        label={label}
        parts={[
          { share: obeying / devices, tone: 'good' },
          { share: failed / devices, tone: 'bad' },
        ]}
      />
      <span class="muted number">{label}</span>
    </span>
  );
}
