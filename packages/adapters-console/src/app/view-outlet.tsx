import type { ComponentType } from 'preact';
import { Component } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../parts/button.js';
import { Bones, Empty } from '../parts/states.js';
import { Link } from '../router/link.js';
import { useLocation } from '../router/router-context.js';
import type { ViewProps } from './view-props.js';
import { findView } from './views.js';

interface Loaded {
  readonly pattern: string;
  readonly View: ComponentType<ViewProps>;
}

/** Shows the view of the present address. */
export function ViewOutlet() {
  const { path } = useLocation();
  const found = findView(path);
  const [loaded, setLoaded] = useState<Loaded | undefined>(undefined);
  const [failed, setFailed] = useState(false);
  const pattern = found?.pattern;
  useEffect(() => {
    let current = true;
    setFailed(false);
    found?.load().then(
      (View) => current && setLoaded({ pattern: found.pattern, View }),
      () => current && setFailed(true),
    );
    return () => {
      current = false;
    };
  }, [pattern]);
  if (!found) return <Nowhere />;
  if (failed) return <Outdated />;
  if (loaded?.pattern !== pattern || !loaded) {
    return (
      <div class="content">
        <Bones lines={8} />
      </div>
    );
  }
  return (
    <ErrorBoundary key={path}>
      <loaded.View params={found.params} />
    </ErrorBoundary>
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
