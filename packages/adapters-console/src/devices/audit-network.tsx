import type { Audit } from '@rmm/client';
import { formatNumber } from '../format/words.js';
import { Badge, Value } from '../parts/bits.js';
import { Empty } from '../parts/states.js';

/** Network adapters and their addresses. */
export function AuditNetwork({ audit }: { readonly audit: Audit }) {
  const adapters = audit.sections.network?.adapters ?? [];
  if (adapters.length === 0) {
    return (
      <Empty icon="network" title="No network adapters reported">
        The last audit found none.
      </Empty>
    );
  }
  return (
    <div class="sheet-table">
      <table class="table" aria-label="Network adapters">
        <thead>
          <tr>
            <th scope="col">Adapter</th>
            <th scope="col">Addresses</th>
            <th scope="col" class="wide-only">
              MAC address
            </th>
            <th scope="col" class="end wide-only">
              Speed
            </th>
          </tr>
        </thead>
        <tbody>
          {adapters.map(({ name, mac, addresses, speedMbps, virtual }) => (
            <tr key={name}>
              <td>
                <span class="row">
                  {name} {virtual && <Badge>virtual</Badge>}
                </span>
              </td>
              <td class="wrap-cell mono">
                <Value>{addresses.join(', ')}</Value>
              </td>
              <td class="mono wide-only">
                <Value>{mac}</Value>
              </td>
              <td class="end number wide-only">
                <Value>{speedMbps === undefined ? null : `${formatNumber(speedMbps)} Mbit/s`}</Value>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
