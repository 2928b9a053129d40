import type { ComponentChildren } from 'preact';
import type { PolicyChange, PolicyPlan } from '../model/policy-views.js';

export interface PlanDialogProps {
  readonly title: string;
  readonly change: PolicyChange;
  /** When it takes effect, and what else is to know. */
  readonly lead?: ComponentChildren;
  /** What can be done about it once the plan is there, or cannot be made. Default: only to close. */
  readonly buttons?: (plan: PolicyPlan | undefined, ready: boolean) => ComponentChildren;
  readonly onClose: () => void;
}
