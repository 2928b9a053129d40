import type { ComponentChildren } from 'preact';
import { useCan } from '../state/client-context.js';
import { Button } from './button.js';

interface Props {
  readonly title: string;
  readonly lead?: string;
  /** Area whose managers may save. */
  readonly permission: string;
  readonly busy: boolean;
  readonly onSubmit: () => void;
  readonly children: ComponentChildren;
}

/** A part of the settings with its own button to save. */
export function FormCard({ title, lead, permission, busy, onSubmit, children }: Props) {
  const allowed = useCan()(permission, 'manage');
  return (
    <section class="card">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <fieldset class="inner top form" disabled={!allowed}>
          <div>
            <h2 class="strong">{title}</h2>
            {lead && <p class="muted">{lead}</p>}
          </div>
          {children}
          {allowed && (
            <div class="row end">
              <Button type="submit" kind="primary" busy={busy}>
                Save
              </Button>
            </div>
          )}
        </fieldset>
      </form>
    </section>
  );
}
