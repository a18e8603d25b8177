import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/core/index.ts',
    directory: 'src/directory/index.ts',
    saml: 'src/saml/index.ts',
    oauth: 'src/oauth/index.ts',
    tti: 'src/tti/index.ts',
    abac: 'src/abac/index.ts',
    conformance: 'src/conformance/index.ts',
    flows: 'src/flows/index.ts',
    stores: 'src/stores/index.ts',
    express: 'src/express/index.ts',
    center: 'src/center/index.ts',
    'rs256.node': 'src/tti/rs256/node.ts',
    'rs256.web': 'src/tti/rs256/web.ts',
    cli: 'src/cli/main.ts',
  },
  format: ['esm'],
  target: 'es2022',
  platform: 'neutral',
  // One source serves Node and the edge: `#rs256` stays an import and package.json's conditions choose.
  external: [/^node:/, '#rs256', 'jose', 'openid-client', 'oidc-provider', 'express', /^@aws-sdk\//],
  dts: { compilerOptions: { ignoreDeprecations: '5.0' } },
  sourcemap: true,
  splitting: true,
  clean: true,
  treeshake: true,
})
