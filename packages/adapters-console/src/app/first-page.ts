import type { Can } from '../state/client-context.js';
import { findView } from './views.js';

const PAGES = ['/', '/system/devices', '/profiles', '/jobs', '/components', '/account'];

const shows = (path: string, can: Can): boolean => {
  const { permission } = findView(path) ?? {};
  return permission === undefined || can(permission);
};

/** Where one who may see so much begins. */
export function firstPage(can: Can): string {
  return PAGES.find((path) => shows(path, can)) ?? '/account';
}

/** Where to go on after another role is in force: here, unless the view is closed or is about one thing, which may be hidden. */
export function nextPage(path: string, can: Can): string {
  const found = findView(path);
  const stays = found && Object.keys(found.params).length === 0 && shows(path, can);
  return stays ? path : firstPage(can);
}
