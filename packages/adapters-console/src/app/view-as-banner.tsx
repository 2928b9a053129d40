import { Button } from '../parts/button.js';
import { Icon } from '../parts/icon.js';
import { useDesk } from '../state/client-context.js';
import { useViewAs } from './use-view-as.js';

/** Over everything, as long as one looks as another role. */
export function ViewAsBanner() {
  const { viewingAs } = useDesk().session;
  const { stop } = useViewAs();
  if (!viewingAs) return null;
  return (
    <div class="view-as" role="status">
      <Icon name="eye" />
      <span class="grow">
        You are looking as role <strong>{viewingAs.name}</strong>{' '}
        <span class="wide-only">– nothing can be changed</span>
      </span>
      <Button size="small" busy={stop.busy} onClick={() => void stop.run()}>
        Stop
      </Button>
    </div>
  );
}
