import type { ViewProps } from '../app/view-props.js';
import { Content, Level } from '../parts/level.js';
import { Loaded } from '../parts/loaded.js';
import { useQuery } from '../state/client-context.js';
import { ComponentForm } from './component-form.js';

const CRUMBS = [{ to: '/components', label: 'Components' }];

/** A component, new or stored. */
export function ComponentView({ params: { componentId = '' } }: ViewProps) {
  if (componentId === 'new') {
    return (
      <Level title="New component" name="New component" crumbs={CRUMBS}>
        <Content>
          <ComponentForm />
        </Content>
      </Level>
    );
  }
  return <Stored key={componentId} componentId={componentId} />;
}

function Stored({ componentId }: { readonly componentId: string }) {
  const component = useQuery('components.get', { componentId }, [
    { event: 'component.changed', where: { componentId } },
  ]);
  const name = component.data?.name ?? 'Component';
  return (
    <Level title={component.data?.name ?? ' '} name={name} crumbs={CRUMBS}>
      <Content>
        <Loaded answer={component}>{(data) => <ComponentForm key={data.id} component={data} />}</Loaded>
      </Content>
    </Level>
  );
}
