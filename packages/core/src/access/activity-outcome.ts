/**
 * How a call in the activity log ended. `refused`: the actor had no right to it. `failed`: an entry says that it was done,
 * and then what was to be done outside of storage was not, or not wholly.
 */
export const OUTCOMES = ['done', 'refused', 'failed'] as const;
