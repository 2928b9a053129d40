import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../parts/icon.js';
import { useClient } from '../state/client-context.js';
import { useStore } from '../state/use-store.js';

/** A short break is nobody's business. */
const PATIENCE_MS = 4000;

/** Tells that what is shown may be old, while the live connection is lost. */
export function LiveNotice() {
  const { live } = useClient();
  const state = useStore(live);
  const lost = state === 'waiting' || state === 'connecting';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) {
      setShown(false);
      return undefined;
    }
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [lost]);
  if (!shown) return null;
  return (
    <div class="live-lost" role="status">
      <Icon name="warning" class="small" />
      <span>The connection to the server is lost. What you see may be out of date; trying again …</span>
      <button type="button" class="button ghost small" onClick={() => live.start()}>
        Try now
      </button>
    </div>
  );
}
