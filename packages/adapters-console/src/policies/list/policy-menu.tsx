import { useState } from 'preact/hooks';
import { Menu, type MenuItem } from '../../parts/menu.js';
import { useRouter } from '../../router/router-context.js';
import type { Policy, PolicyPlace } from '../model/policy-views.js';
import { NewPolicyDialog } from './new-policy-dialog.js';
import { isPending } from './policy-bits.js';
import { PushDialog } from './push-button.js';
import { RemovePolicyDialog } from './remove-policy-dialog.js';

type Open = 'copy' | 'push' | 'remove' | undefined;

/** What can be done with one policy. */
export function PolicyMenu({ policy, place }: { readonly policy: Policy; readonly place: PolicyPlace }) {
  const router = useRouter();
  const [open, setOpen] = useState<Open>(undefined);
  const close = () => setOpen(undefined);
  const items: MenuItem[] = [
    { label: 'Edit', icon: 'edit', onPick: () => router.navigate(`/policies/${policy.id}`) },
    { label: 'Copy', icon: 'copy', onPick: () => setOpen('copy') },
    ...(isPending(policy) ? [{ label: 'Push it', icon: 'play' as const, onPick: () => setOpen('push') }] : []),
    { label: 'Delete', icon: 'trash', danger: true, apart: true, onPick: () => setOpen('remove') },
  ];
  return (
    <>
      <Menu size="small" label={`${policy.name}: actions`} items={items} />
      {open === 'copy' && <NewPolicyDialog place={place} source={policy} onClose={close} />}
      {open === 'push' && <PushDialog policies={[policy]} onClose={close} />}
      {open === 'remove' && <RemovePolicyDialog policy={policy} onClose={close} />}
    </>
  );
}
