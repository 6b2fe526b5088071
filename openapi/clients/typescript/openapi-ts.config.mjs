// Makes the TypeScript client for integrators. Addresses come from the environment: see tests/scripts/clients.sh.
export default {
  input: process.env.OPENAPI,
  // Node.js asks for the extension in an import.
  output: { path: process.env.CLIENT_SOURCES, module: { extension: '.js' } },
  // The portal's address is its operator's to say.
  plugins: [{ name: '@hey-api/client-fetch', baseUrl: false }, '@hey-api/typescript', '@hey-api/sdk'],
};
