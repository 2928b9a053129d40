const KEY = 'rmm.viewAs';

/** The role as which this tab looks at the System; a reload keeps it, other tabs do not have it. */
export function viewedRole(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function rememberViewing(roleId: string | null): void {
  try {
    if (roleId === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, roleId);
  } catch {
    // Then it ends with the page.
  }
}
