/** Levels 1 (anyone) to 5 (most trusted). */
export const SECURITY_LEVELS = [
  { value: '1', label: '1 – anyone' },
  { value: '2', label: '2' },
  { value: '3', label: '3' },
  { value: '4', label: '4' },
  { value: '5', label: '5 – most trusted' },
] as const;

export function SecurityLevel({ level }: { readonly level: number }) {
  return (
    <span
      class="level-pips"
      role="img"
      aria-label={`Security level ${level} of 5`}
      title={`Security level ${level} of 5`}
    >
      {SECURITY_LEVELS.map(({ value }) => (
        <i key={value} class={Number(value) <= level ? 'on' : ''} />
      ))}
    </span>
  );
}
