import { createClient } from '@rmm/client';
import { render } from 'preact';
import '../styles/all.css';
import { browserRouter } from '../router/router.js';
import { followTheme, theme } from '../state/theme.js';
import { App } from './app.js';
import { brandName } from './brand.js';

const base = new URL(document.baseURI).pathname.replace(/\/$/, '');
const api = document.querySelector<HTMLMetaElement>('meta[name="rmm-api"]')?.content;
const root = document.getElementById('app');

if (root) {
  document.title = brandName();
  followTheme(document.documentElement, theme.getSnapshot);
  render(<App client={createClient(api ? { baseUrl: api } : {})} router={browserRouter(base, brandName())} />, root);
}
