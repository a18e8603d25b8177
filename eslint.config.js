import js from '@eslint/js'
import ts from 'typescript-eslint'

// The order of src/: a folder imports only folders that stand before it.
const order = [
  'core',
  'directory',
  'saml',
  'oauth',
  'tti',
  'abac',
  'audit',
  'conformance',
  'flows',
  'stores',
  'aws',
  'express',
  'center',
  'cli',
]
// Pairs that ignore each other although the order would allow them.
const strangers = {
  oauth: ['saml'],
  tti: ['saml', 'directory'],
  abac: ['saml', 'oauth'],
  flows: ['conformance'],
  center: ['express'],
}
const pure = ['core', 'directory', 'saml', 'oauth', 'tti', 'abac', 'audit', 'conformance']

const fence = (folder) => {
  const above = order.slice(0, order.indexOf(folder))
  const closed = order.filter(
    (other) => other !== folder && (!above.includes(other) || strangers[folder]?.includes(other)),
  )
  const patterns = []
  if (closed.length > 0) {
    patterns.push({
      regex: `^(\\.\\./)+(${closed.join('|')})(/|$)`,
      message: `src/${folder} may not import this folder (see CONTRIBUTING.md, the order of folders).`,
    })
  }
  if (pure.includes(folder)) {
    // saml is synchronous, which WebCrypto is not, and inflates; nothing else here needs Node. jose is web code.
    const allowed = folder === 'saml' ? '\\.|#|node:(zlib|crypto)$' : '\\.|#|jose$'
    patterns.push({
      regex: `^(?!${allowed})`,
      message: 'A pure folder imports neither Node nor packages with I/O.',
    })
    if (folder === 'saml') {
      patterns.push({
        regex: '^node:crypto$',
        allowImportNames: [
          'constants',
          'createHash',
          'timingSafeEqual',
          'verify',
          'KeyObject',
          'X509Certificate',
        ],
        message: 'Here node:crypto only checks: keys, randomness and signing are arguments.',
      })
      patterns.push({
        regex: '^node:zlib$',
        allowImportNames: ['deflateRawSync', 'inflateRawSync'],
        message: 'Here node:zlib only serves the HTTP-Redirect binding.',
      })
    }
  }
  return {
    files: [`src/${folder}/**/*.ts`],
    ignores: ['src/tti/rs256/node.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  }
}

const hidden = [
  'fetch',
  'process',
  'console',
  'document',
  'window',
  'localStorage',
  'performance',
  'setTimeout',
  'setInterval',
]

export default ts.config(
  { ignores: ['dist', 'node_modules', 'coverage'] },
  js.configs.recommended,
  ...ts.configs.strict,
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: "CallExpression[callee.name='eval']", message: 'No eval.' },
      ],
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  ...order.map(fence),
  {
    // Pure folders: the clock, the environment, the network and randomness are arguments.
    files: pure.map((folder) => `src/${folder}/**/*.ts`),
    rules: {
      'no-restricted-globals': ['error', ...hidden],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Take `now` as an argument.' },
        { object: 'Math', property: 'random', message: 'Take random bytes as an argument.' },
        { object: 'crypto', property: 'getRandomValues', message: 'Take random bytes as an argument.' },
        { object: 'crypto', property: 'randomUUID', message: 'Take ids as an argument.' },
        { object: 'globalThis', property: 'fetch', message: 'Take `fetch` as a port.' },
        { object: 'globalThis', property: 'process', message: 'Take settings as arguments.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "CallExpression[callee.name='eval']", message: 'No eval.' },
        { selector: 'ImportExpression', message: 'Import statically: the fences read import statements.' },
        { selector: "CallExpression[callee.name='Date']", message: 'Take `now` as an argument.' },
        {
          selector: 'MemberExpression[property.name=/^(getRandomValues|randomUUID)$/]',
          message: 'Take random bytes as an argument.',
        },
        {
          selector:
            ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator > NewExpression[callee.name=/^(Weak)?(Map|Set)$/][arguments.length=0]',
          message: 'No module-level mutable state.',
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Take `now` as an argument.',
        },
        {
          selector: "Program > VariableDeclaration[kind='let']",
          message: 'No module-level mutable state.',
        },
        {
          selector: "Program > ExportNamedDeclaration > VariableDeclaration[kind='let']",
          message: 'No module-level mutable state.',
        },
      ],
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        Buffer: 'readonly',
        URL: 'readonly',
        URLSearchParams: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
        process: 'readonly',
      },
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
)
