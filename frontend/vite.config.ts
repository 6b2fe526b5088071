import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import pkg from './package.json' with { type: 'json' };
import { uswdsTheme } from './postcss/uswds-theme.ts';

const uswds = join(import.meta.dirname, 'node_modules/@uswds/uswds');

export default defineConfig({
  plugins: [react()],
  define: { __APP_VERSION__: JSON.stringify(pkg.version) },
  resolve: {
    alias: { '@uswds-img': join(uswds, 'dist/img') },
  },
  css: {
    preprocessorOptions: { scss: { quietDeps: true, loadPaths: [join(uswds, 'packages')] } },
    postcss: { plugins: [uswdsTheme()] },
  },
  build: {
    target: 'es2023',
    // Inlined assets would be data: addresses, which the content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // The lists of what each of some hundred pages imports would weigh more in the entry, which everybody
      // loads before signing in, than the round trip that they save on the first visit of a page.
      resolveDependencies: (_file, needed, { hostType }) => (hostType === 'html' ? needed : []),
    },
    manifest: true,
    cssCodeSplit: false,
  },
  server: {
    port: 5173,
    proxy: { '/api': 'http://localhost:8080', '/docs': 'http://localhost:8080' },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    css: false,
  },
});
