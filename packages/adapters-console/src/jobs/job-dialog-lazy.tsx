import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { JobDialogProps } from './job-target.js';

/** The dialog that runs a job; its code comes when it is first opened. */
export function JobDialog(props: JobDialogProps) {
  const [Loaded, setLoaded] = useState<{ View: ComponentType<JobDialogProps> } | undefined>(undefined);
  useEffect(() => {
    void import('./job-dialog.js').then(({ JobDialogBody }) => setLoaded({ View: JobDialogBody }));
  }, []);
  return Loaded ? <Loaded.View {...props} /> : null;
}
