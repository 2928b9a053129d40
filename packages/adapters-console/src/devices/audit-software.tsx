import type { Audit } from '@rmm/client';
import { useMemo, useState } from 'preact/hooks';
import { formatBytes } from '../format/bytes.js';
import { plural } from '../format/words.js';
import { Value } from '../parts/bits.js';
import { SearchBox } from '../parts/search-box.js';
import { Empty } from '../parts/states.js';
import { VirtualRows } from '../parts/virtual-rows.js';
import { findPackages, type Package } from './find-packages.js';

const ROW = 34;

/** Installed software: thousands of packages, searched while typing. */
export function AuditSoftware({ audit }: { readonly audit: Audit }) {
  const all = audit.sections.software?.packages ?? [];
  const [text, setText] = useState('');
  const found = useMemo(() => findPackages(all, text), [all, text]);
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
          <div class="virtual-head software" aria-hidden="true">
            <span>Name</span>
            <span>Version</span>
            <span class="wide-only">Publisher</span>
            <span class="wide-only">Source</span>
            <span class="wide-only end-text">Size</span>
          </div>
          <VirtualRows items={found} rowHeight={ROW} class="software" keyOf={keyOf} label="Installed software">
            {(one) => <PackageCells one={one} />}
          </VirtualRows>
        </>
      )}
    </>
  );
}

const keyOf = ({ name, version, architecture = '', source }: Package) => `${name} ${version} ${architecture} ${source}`;

function PackageCells({ one }: { readonly one: Package }) {
  const { name, version, architecture, publisher, source, sizeBytes } = one;
  return (
    <>
      <span class="cut" title={name}>
        {name} {architecture && <span class="faint">{architecture}</span>}
      </span>
      <span class="cut mono" title={version}>
        {version}
      </span>
      <span class="cut muted wide-only" title={publisher}>
        <Value>{publisher}</Value>
      </span>
      <span class="cut muted wide-only">{source}</span>
      <span class="number muted end-text wide-only">
        <Value>{sizeBytes === undefined ? null : formatBytes(sizeBytes)}</Value>
      </span>
    </>
  );
}
