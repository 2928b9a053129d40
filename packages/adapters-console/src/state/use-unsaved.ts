import { useEffect } from 'preact/hooks';
import { confirm } from '../parts/confirm.js';
import { useRouter } from '../router/router-context.js';

/** Asks before the user leaves the view, or the page, as long as `unsaved` is true. */
export function useUnsaved(unsaved: boolean): void {
  const router = useRouter();
  useEffect(() => {
    if (!unsaved) return undefined;
    router.hold(ask);
    addEventListener('beforeunload', warn);
    return () => {
      router.hold(undefined);
      removeEventListener('beforeunload', warn);
    };
  }, [router, unsaved]);
}

const ask = () =>
  confirm({
    title: 'Leave without saving?',
    body: 'What you have changed here is lost.',
    action: 'Discard changes',
  });

/** The browser asks in its own words. */
function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
