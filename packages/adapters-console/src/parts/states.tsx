import type { RmmError } from '@rmm/client';
import type { ComponentChildren } from 'preact';
import { errorText } from '../state/error-text.js';
import { Button } from './button.js';
import { Icon } from './icon.js';
import type { IconName } from './icon-paths.js';

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  /** What to do next. */
  readonly children?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly compact?: boolean;
}

/** There is nothing here, and what to do about it. */
export function Empty({ icon, title, children, actions, compact }: EmptyProps) {
  return (
    <div class={`empty ${compact ? 'compact' : ''}`}>
      <Icon name={icon} />
      <h3>{title}</h3>
      {children && <p>{children}</p>}
      {actions && <div class="row">{actions}</div>}
    </div>
  );
}

/** A view could not be filled. */
export function Failed({ error, retry }: { readonly error: RmmError; readonly retry: () => void }) {
  const title = TITLES[error.code] ?? 'This could not be loaded';
  return (
    <div role="alert">
      <Empty
        icon={error.code === 'NOT_FOUND' ? 'search' : 'warning'}
        title={title}
        actions={
          <Button icon="refresh" onClick={retry}>
            Try again
          </Button>
        }
      >
        {errorText(error)}
      </Empty>
    </div>
  );
}

const TITLES: Readonly<Record<string, string>> = {
  NOT_FOUND: 'Not found',
  FORBIDDEN: 'Not allowed',
  SERVER_UNREACHABLE: 'No connection to the server',
};

/** Grey lines in place of what is coming. */
export function Bones({ lines = 5 }: { readonly lines?: number }) {
  return (
    <div class="stack" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} class="bone" style={{ width: `${WIDTHS[index % WIDTHS.length]}%` }} />
      ))}
    </div>
  );
}

const WIDTHS = [62, 84, 47, 71, 90, 55];
