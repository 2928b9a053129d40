import { createClient } from '@rmm/client';
import { render } from 'preact';
import '../styles/all.css';
import { browserRouter } from '../router/router.js';
import { followTheme, theme } from '../state/theme.js';
import { viewedRole } from '../state/viewed-role.js';
import { App } from './app.js';
import { pageSettings } from './page-settings.js';

const base = new URL(document.baseURI).pathname.replace(/\/$/, '');
const { title, api } = pageSettings();
const root = document.getElementById('app');

if (root) {
  document.title = title;
  followTheme(document.documentElement, theme.getSnapshot);
  const client = createClient({ baseUrl: api });
  client.viewAs(viewedRole());
  render(<App client={client} router={browserRouter(base, title)} />, root);
}
