import { createClient } from '@rmm/client';
import { render } from 'preact';
import '../styles/all.css';
import { browserRouter } from '../router/router.js';
import { followTheme, theme } from '../state/theme.js';
import { App } from './app.js';
import { pageSettings } from './page-settings.js';

const base = new URL(document.baseURI).pathname.replace(/\/$/, '');
const { title, api } = pageSettings();
const root = document.getElementById('app');

if (root) {
  document.title = title;
  followTheme(document.documentElement, theme.getSnapshot);
  render(<App client={createClient({ baseUrl: api })} router={browserRouter(base, title)} />, root);
}
