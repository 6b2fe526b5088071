// Runs before the first paint so that a dark page never flashes white.
(() => {
  var theme = 'system';
  var density = 'comfortable';
  try {
    theme = localStorage.getItem('qm.theme') || theme;
    density = localStorage.getItem('qm.density') || density;
  } catch (_) {
    // Storage may be refused; the defaults stand.
  }
  var dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.documentElement.dataset.density = density;
})();
