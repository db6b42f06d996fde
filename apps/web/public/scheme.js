// Sets the colour scheme before the first paint; a file of its own because the page's policy forbids inline scripts.
(() => {
  let stored = null;
  try {
    stored = localStorage.getItem('tephra.scheme');
  } catch {
    // storage may be denied; the system's preference decides then
  }
  const dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
