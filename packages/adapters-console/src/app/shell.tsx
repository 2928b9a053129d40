import { useEffect, useRef } from 'preact/hooks';
import { ConfirmHost } from '../parts/confirm.js';
import { ToastList } from '../parts/toast-list.js';
import { useLocation, useRouter } from '../router/router-context.js';
import { LiveNotice } from './live-notice.js';
import { TopBar } from './top-bar.js';
import { useShortcuts } from './use-shortcuts.js';
import { ViewAsBanner } from './view-as-banner.js';
import { ViewOutlet } from './view-outlet.js';

/** The console of somebody who is signed in. */
export function Shell({ onSignedOut }: { readonly onSignedOut: () => void }) {
  const main = useRef<HTMLElement>(null);
  const { path } = useLocation();
  const router = useRouter();
  useShortcuts(router);
  useEffect(() => {
    // Screen readers and the keyboard go on in the new view, unless the user is in a field or a dialog.
    if (document.activeElement === document.body || document.activeElement?.closest('nav')) main.current?.focus();
  }, [path]);
  return (
    <div class="frame">
      <div>
        <ViewAsBanner />
        <TopBar onSignedOut={onSignedOut} />
      </div>
      <main ref={main} class="main" tabIndex={-1}>
        <LiveNotice />
        <ViewOutlet />
      </main>
      <ToastList />
      <ConfirmHost />
    </div>
  );
}
