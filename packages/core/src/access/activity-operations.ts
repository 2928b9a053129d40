import { RmmError } from '@rmm/protocol';
import { implement, type Operation, type OperationContext } from '../operation/operation.js';
import type { Signer } from '../port/signer.js';
import { activityContract } from './access-contract.js';
import type { SightParts } from './activity-sight.js';
import { exportActivity } from './export-activity.js';
import { listActivity } from './list-activity.js';
import { type SealedPlaces, sealOperation } from './seal-activity.js';
import { verifyActivity } from './verify-activity.js';

/** The activity log: who did what (guide, chapter 14), in a chain that shows what is changed in it. */
export function activityOperations(signer: Signer, sealed: SealedPlaces, sight: SightParts): readonly Operation[] {
  return [
    ...implement('activity', activityContract, {
      list: (context, input) => listActivity(sight, context, input),
      export: async (context, input) => {
        assertMayExport(context);
        return exportActivity(context, signer, input);
      },
      verify: async (context) => {
        assertSeesDevices(context);
        return verifyActivity(context, signer, sealed.get(context.systemId));
      },
    }),
    ...sealOperation(signer, sealed),
  ];
}

/** Of a chain nothing can be left out, and it names things that are not shown to everybody. @throws RmmError `FORBIDDEN` */
function assertMayExport({ access }: OperationContext): void {
  if (access.accountadmin) return;
  throw new RmmError(
    'FORBIDDEN',
    'The whole activity log tells of everything in the System; only account administrators may export it',
  );
}

/** @throws RmmError `FORBIDDEN` */
function assertSeesDevices({ access }: OperationContext): void {
  if (!access.visibility.devices) return;
  throw new RmmError('FORBIDDEN', 'Your role does not show you every device, and the whole activity log names all');
}
