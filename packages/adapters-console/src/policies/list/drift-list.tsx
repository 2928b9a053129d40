import { useState } from 'preact/hooks';
import { PAGE_SIZES } from '../../devices/device-list-state.js';
import { Pager } from '../../devices/pager.js';
import { Ago, Badge } from '../../parts/bits.js';
import { Loaded } from '../../parts/loaded.js';
import { rowLink } from '../../parts/row-link.js';
import { Empty } from '../../parts/states.js';
import { Link } from '../../router/link.js';
import { useRouter } from '../../router/router-context.js';
import { useQuery } from '../../state/client-context.js';
import { DELIVERY_EVENTS, type DriftItem } from '../model/policy-views.js';

/** The devices that do not obey yet what holds for them, and why. */
export function DriftList({ within }: { readonly within: { readonly profileId?: string } }) {
  const [page, setPage] = useState(0);
  const [limit, setLimit] = useState(100);
  const drift = useQuery('policies.drift', { ...within, offset: page * limit, limit }, DELIVERY_EVENTS);
  return (
    <Loaded answer={drift}>
      {({ total, devices, items }) =>
        total === 0 ? (
          <Empty icon="check" title={devices === 0 ? 'No device has a policy yet' : 'Every device obeys'}>
            {devices === 0
              ? 'Once a policy is pushed, the devices that wait for it or could not take it are listed here.'
              : 'What holds for each device is what its agent keeps.'}
          </Empty>
        ) : (
          <>
            <DriftTable items={items} />
            <Pager
              page={page}
              limit={limit}
              total={total}
              sizes={PAGE_SIZES}
              onPage={setPage}
              onLimit={(next) => {
                setLimit(Number(next));
                setPage(0);
              }}
            />
          </>
        )
      }
    </Loaded>
  );
}

function DriftTable({ items }: { readonly items: readonly DriftItem[] }) {
  return (
    <div class="sheet-table">
      <table class="table" aria-label="Devices that do not obey yet">
        <thead>
          <tr>
            <th scope="col">Device</th>
            <th scope="col">State</th>
            <th scope="col">Since</th>
            <th scope="col" class="wide-only">
              Why
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <DriftLine key={item.deviceId} item={item} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DriftLine({ item }: { readonly item: DriftItem }) {
  const router = useRouter();
  const { deviceId, hostname, online, state, since } = item;
  const to = `/devices/${deviceId}/policies`;
  const why = whyNot(item);
  return (
    <tr {...rowLink(router, to)}>
      <td>
        <span class="name">
          <span class={`dot ${online ? 'good' : 'hollow'}`} role="img" aria-label={online ? 'Online' : 'Offline'} />
          <span class="grow">
            <Link to={to} class="cut" tabIndex={-1}>
              {hostname}
            </Link>
            <span class="under cut">{why}</span>
          </span>
        </span>
      </td>
      <td>
        <Badge tone={state === 'failed' ? 'bad' : 'warn'}>{state === 'failed' ? 'Failed' : 'Waiting'}</Badge>
      </td>
      <td class="muted">
        <Ago at={since} />
      </td>
      <td class="wide-only">
        <span class="cut muted" title={why}>
          {why}
        </span>
      </td>
    </tr>
  );
}

function whyNot({ online, state, fault, actual }: DriftItem): string {
  if (fault) return fault.message;
  if (state === 'failed') return 'The agent could not take it.';
  if (!online) return 'Offline; it gets what holds when it returns.';
  return actual === null ? 'Its agent has not told yet what it keeps.' : 'On its way.';
}
