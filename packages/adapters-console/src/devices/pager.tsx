import { formatNumber, plural } from '../format/words.js';
import { IconButton } from '../parts/button.js';
import { Select } from '../parts/field.js';

interface Props {
  readonly page: number;
  readonly limit: number;
  readonly total: number;
  readonly sizes: readonly string[];
  readonly onPage: (page: number) => void;
  readonly onLimit: (limit: string) => void;
}

export function Pager({ page, limit, total, sizes, onPage, onLimit }: Props) {
  const pages = Math.max(1, Math.ceil(total / limit));
  const first = Math.min(page * limit + 1, total);
  return (
    <div class="foot">
      <span class="number" aria-live="polite">
        {formatNumber(first)}–{formatNumber(Math.min(total, (page + 1) * limit))} of {plural(total, 'device')}
      </span>
      <div class="row">
        <Select
          class="small"
          aria-label="Devices on a page"
          value={String(limit)}
          choices={sizes.map((size) => ({ value: size, label: `${size} a page` }))}
          onValue={onLimit}
        />
        <IconButton
          icon="back"
          label="Previous page"
          size="small"
          disabled={page === 0}
          onClick={() => onPage(page - 1)}
        />
        <span class="number">
          {page + 1} / {pages}
        </span>
        <IconButton
          icon="back"
          class="flip"
          label="Next page"
          size="small"
          disabled={page >= pages - 1}
          onClick={() => onPage(page + 1)}
        />
      </div>
    </div>
  );
}
