import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Same-origin paths of the platform; `TEPHRA_URL` points the development server at a running one. */
const platform = process.env.TEPHRA_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      '/v1': { target: platform, changeOrigin: true },
      '/docs': { target: platform, changeOrigin: true },
      '/rpc': { target: platform, changeOrigin: true, ws: true },
    },
  },
});
