import { Dialog } from '../parts/dialog.js';
import { FiltersPanel } from './filters-panel.js';

/** The filters and groups panel on narrow screens. */
export function PanelSheet({ profileId, onClose }: { readonly profileId?: string; readonly onClose: () => void }) {
  return (
    <Dialog title="Filters and groups" size="sheet" onClose={onClose}>
      <FiltersPanel {...(profileId && { profileId })} onGo={onClose} />
    </Dialog>
  );
}
