import type { Audit } from '@rmm/client';
import { useMemo, useState } from 'preact/hooks';
import { formatBytes } from '../format/bytes.js';
import { plural } from '../format/words.js';
import { Value } from '../parts/bits.js';
import { SearchBox } from '../parts/search-box.js';
import { Empty } from '../parts/states.js';
import { VirtualRows } from '../parts/virtual-rows.js';
import { useMedia } from '../state/use-media.js';
import { findPackages, type Package } from './find-packages.js';

const ROW = 34;
const WIDE = 'minmax(0, 3fr) minmax(0, 2fr) minmax(0, 2fr) 6rem 6rem';
const NARROW = 'minmax(0, 3fr) minmax(0, 2fr)';

/** Installed software: thousands of packages, searched while typing. */
export function AuditSoftware({ audit }: { readonly audit: Audit }) {
  const all = audit.sections.software?.packages ?? [];
  const [text, setText] = useState('');
  const found = useMemo(() => findPackages(all, text), [all, text]);
  const narrow = useMedia('(max-width: 46rem)');
  const columns = narrow ? NARROW : WIDE;
  return (
    <>
      <div class="strip">
        <SearchBox label="Search software" value={text} onValue={setText} slash wait={60} />
        <span class="muted number" aria-live="polite">
          {text ? `${plural(found.length, 'package')} of ${all.length}` : plural(all.length, 'package')}
        </span>
      </div>
      {found.length === 0 ? (
        <Empty icon="package" title={text ? 'No package fits' : 'No software reported'}>
          {text ? `Nothing installed matches “${text}”.` : 'The last audit found no installed packages.'}
        </Empty>
      ) : (
        <>
          <div class="virtual-head" style={{ gridTemplateColumns: columns }} aria-hidden="true">
            <span>Name</span>
            <span>Version</span>
            {!narrow && (
              <>
                <span>Publisher</span>
                <span>Source</span>
                <span class="end-text">Size</span>
              </>
            )}
          </div>
          <VirtualRows items={found} rowHeight={ROW} columns={columns} keyOf={keyOf} label="Installed software">
            {(one) => <PackageCells one={one} narrow={narrow} />}
          </VirtualRows>
        </>
      )}
    </>
  );
}

const keyOf = ({ name, version, architecture = '', source }: Package) => `${name} ${version} ${architecture} ${source}`;

function PackageCells({ one, narrow }: { readonly one: Package; readonly narrow: boolean }) {
  const { name, version, architecture, publisher, source, sizeBytes } = one;
  return (
    <>
      <span class="cut" title={name}>
        {name} {architecture && <span class="faint">{architecture}</span>}
      </span>
      <span class="cut mono" title={version}>
        {version}
      </span>
      {!narrow && (
        <>
          <span class="cut muted" title={publisher}>
            <Value>{publisher}</Value>
          </span>
          <span class="cut muted">{source}</span>
          <span class="number muted end-text">
            <Value>{sizeBytes === undefined ? null : formatBytes(sizeBytes)}</Value>
          </span>
        </>
      )}
    </>
  );
}
