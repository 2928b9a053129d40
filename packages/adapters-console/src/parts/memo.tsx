import { Component, type ComponentType } from 'preact';

/** The component, drawn anew only when one of the named props has changed; the others are taken for the same. */
export function memo<Props extends object>(View: ComponentType<Props>, watched: readonly (keyof Props)[]) {
  return class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      return watched.some((name) => next[name] !== this.props[name]);
    }

    override render() {
      return <View {...(this.props as Props)} />;
    }
  };
}
