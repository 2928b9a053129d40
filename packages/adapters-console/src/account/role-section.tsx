import type { ComponentChildren } from 'preact';
import type { RoleDraft } from './role-draft.js';

/** What each section of the editor gets. */
export interface SectionProps {
  readonly draft: RoleDraft;
  readonly onChange: (change: Partial<RoleDraft>) => void;
  /** The role cannot be changed. */
  readonly disabled: boolean;
}

interface Props {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  /** At the right end of the title. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function RoleSection({ id, title, lead, aside, children }: Props) {
  return (
    <section class="card" id={`role-${id}`} aria-label={title}>
      <div class="inner top stack">
        <div class="row between wrap role-head">
          <div class="grow">
            <h2 class="strong">{title}</h2>
            <p class="muted">{lead}</p>
          </div>
          {aside}
        </div>
        {children}
      </div>
    </section>
  );
}
