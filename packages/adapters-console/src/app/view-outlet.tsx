import { Component } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../parts/button.js';
import { Bones, Empty } from '../parts/states.js';
import { Link } from '../router/link.js';
import { useLocation, useRouter } from '../router/router-context.js';
import { useCan } from '../state/client-context.js';
import { firstPage } from './first-page.js';
import { findView, loadedView, loadView } from './views.js';

/** Shows the view of the present address. */
export function ViewOutlet() {
  const { path } = useLocation();
  const can = useCan();
  const found = findView(path);
  const { pattern, permission } = found ?? {};
  const closed = permission !== undefined && !can(permission);
  const [, draw] = useState({});
  const [failed, setFailed] = useState(false);
  const View = pattern && loadedView(pattern);
  useEffect(() => {
    setFailed(false);
    if (!found || View || closed) return undefined;
    let current = true;
    loadView(found).then(
      () => current && draw({}),
      () => current && setFailed(true),
    );
    return () => {
      current = false;
    };
  }, [pattern, closed]);
  if (!found) return <Nowhere />;
  if (closed) return <Closed path={path} />;
  if (View) {
    return (
      <ErrorBoundary key={path}>
        <View params={found.params} />
      </ErrorBoundary>
    );
  }
  if (failed) return <Outdated />;
  return (
    <div class="content">
      <Bones lines={8} />
    </div>
  );
}

function Nowhere() {
  return (
    <div class="content">
      <Empty
        icon="search"
        title="There is no such page"
        actions={
          <Link to="/" class="button">
            Go to the dashboard
          </Link>
        }
      >
        The address may be mistyped, or what it showed has been deleted.
      </Empty>
    </div>
  );
}

/** The role does not show this view. Who begins at the dashboard without seeing it goes on at once. */
function Closed({ path }: { readonly path: string }) {
  const router = useRouter();
  const first = firstPage(useCan());
  const elsewhere = path === '/' && first !== '/';
  useEffect(() => {
    if (elsewhere) router.navigate(first, { replace: true });
  }, [elsewhere, first]);
  if (elsewhere) return null;
  return (
    <div class="content">
      <Empty
        icon="shield"
        title="Your role does not show this page"
        actions={
          <Link to={first} class="button">
            Go to your first page
          </Link>
        }
      >
        An account administrator decides what a role shows.
      </Empty>
    </div>
  );
}

/** The server has been updated, and the code of the old console is gone. */
function Outdated() {
  return (
    <div class="content">
      <Empty
        icon="refresh"
        title="This page could not be fetched"
        actions={
          <Button kind="primary" icon="refresh" onClick={() => location.reload()}>
            Load the console anew
          </Button>
        }
      >
        The connection is broken, or the server was updated meanwhile.
      </Empty>
    </div>
  );
}

interface BoundaryState {
  readonly error: Error | undefined;
}

/** A fault in one view leaves the rest of the console standing. */
class ErrorBoundary extends Component<{ children: preact.ComponentChildren }, BoundaryState> {
  override state: BoundaryState = { error: undefined };

  static override getDerivedStateFromError(error: Error): BoundaryState {
    return { error };
  }

  override componentDidCatch(error: Error): void {
    reportError(error);
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <div class="content" role="alert">
        <Empty
          icon="warning"
          title="This view has a fault"
          actions={<Button onClick={() => this.setState({ error: undefined })}>Show it again</Button>}
        >
          {this.state.error.message}
        </Empty>
      </div>
    );
  }
}
