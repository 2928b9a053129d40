import { useEffect, useState } from 'preact/hooks';

const mounted = new Map<string, (() => void)[]>();

/** True in one of the components that ask by the same name: with several consoles in a page, one shows what is said. */
export function useSole(name: string): boolean {
  const [sole, setSole] = useState(false);
  useEffect(() => {
    const take = () => setSole(true);
    const all = mounted.get(name) ?? [];
    mounted.set(name, all);
    all.push(take);
    if (all.length === 1) take();
    return () => {
      all.splice(all.indexOf(take), 1);
      all[0]?.();
    };
  }, [name]);
  return sole;
}
