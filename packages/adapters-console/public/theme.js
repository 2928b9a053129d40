// Before the first paint, so that the page does not flash in the other theme.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('rmm.theme');
  } catch {
    // Storage is switched off: follow the system.
  }
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
