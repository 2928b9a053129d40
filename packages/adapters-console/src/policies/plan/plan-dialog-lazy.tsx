import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { PlanDialogProps } from './plan-dialog-props.js';

/** The dialog that shows a plan; its code comes when it is first opened. */
export function PlanDialog(props: PlanDialogProps) {
  const [Loaded, setLoaded] = useState<{ View: ComponentType<PlanDialogProps> } | undefined>(undefined);
  useEffect(() => {
    void import('./plan-dialog.js').then(({ PlanDialogBody }) => setLoaded({ View: PlanDialogBody }));
  }, []);
  return Loaded ? <Loaded.View {...props} /> : null;
}
