import { ICON_PATHS, type IconName } from './icon-paths.js';

interface Props {
  readonly name: IconName;
  readonly class?: string;
  /** Said by screen readers; without it the icon is decoration. */
  readonly label?: string;
}

export function Icon({ name, class: extra = '', label }: Props) {
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: a title would be a tooltip; the label is given where one is needed
    <svg
      class={`icon ${extra}`}
      viewBox="0 0 16 16"
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': 'true' })}
    >
      <path d={ICON_PATHS[name]} />
    </svg>
  );
}
