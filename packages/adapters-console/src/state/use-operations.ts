import type { OperationInfo } from '@rmm/client';
import { useEffect, useState } from 'preact/hooks';
import { useClient } from './client-context.js';

const NONE: readonly OperationInfo[] = [];

/** What users can do on this server, plugins' operations with them. Empty until it is known. */
export function useOperations(): readonly OperationInfo[] {
  const client = useClient();
  const [operations, setOperations] = useState(NONE);
  useEffect(() => {
    let current = true;
    client.operations().then(
      (all) => current && setOperations(all),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [client]);
  return operations;
}
