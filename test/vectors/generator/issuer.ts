import { cases, type Json, type More, type Vector } from './vector.js'
import { deployment, INSTANCE, issuer, ISSUER, issuerARN, jwtSettings, OTHER_INSTANCE, type Members } from './world.js' // prettier-ignore

export function issuerVectors(): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('issuer', 'configuration')
  const of = (configuration: Json, more: Members = {}): Json => ({ configuration, ...more })
  const top = (more: Members): Json => of(issuer({}, more))
  const jwt = (more: Members, options: Members = {}): Json => of(issuer(more), options)

  accepted('issuer-shape', 'create', 'the body of CreateTrustedTokenIssuer', top({ InstanceArn: INSTANCE, TrustedTokenIssuerArn: undefined, ClientToken: 'a-b', Tags: [{ Key: 'k', Value: '' }] })) // prettier-ignore
  accepted('issuer-shape', 'describe', 'the answer of DescribeTrustedTokenIssuer, pasted whole', top({ ResponseMetadata: { HTTPStatusCode: 200 }, $metadata: {} })) // prettier-ignore
  const shapes: readonly [string, string, string, Json][] = [
    ['array', 'not-object', 'an array', [issuer()]],
    ['text', 'not-object', 'JSON text in a text', JSON.stringify(issuer())],
    ['null', 'not-object', 'null', null],
    ['unknown-member', 'unknown-member', 'a member that is not known', issuer({}, { Audience: 'a' })],
    ['unknown-inner', 'unknown-member', 'an unknown setting', issuer({ JwksUri: 'https://a.example' })],
    ['misspelt', 'unknown-member', 'a setting in another case', issuer({ Issuerurl: ISSUER })],
    ['no-configuration', 'missing', 'no configuration', issuer({}, { TrustedTokenIssuerConfiguration: undefined })],
    ['no-jwt', 'missing', 'a configuration without its one member', issuer({}, { TrustedTokenIssuerConfiguration: {} })],
    ['jwt-array', 'not-object', 'an array in place of the settings', issuer({}, { TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: [jwtSettings()] } })],
    ['proto', 'unknown-member', 'a member named __proto__', JSON.parse(`{"__proto__":{},${JSON.stringify(issuer()).slice(1)}`) as Json],
  ] // prettier-ignore
  for (const [name, reason, title, configuration] of shapes) {
    refused('issuer-shape', name, reason, title, of(configuration))
  }

  text('issuer-name', (Name) => top({ Name }), {
    max: 255,
    letter: 'n',
    bad: ['a b', 'a/b', 'n\u00e9', 'n\n'],
  })
  accepted('issuer-name', 'characters', 'every punctuation mark that is allowed', top({ Name: 'aZ0_+=,.@-' }))

  accepted('issuer-type', 'oidc-jwt', 'OIDC_JWT', top({}))
  refused('issuer-type', 'missing', 'missing', 'no type', top({ TrustedTokenIssuerType: undefined }))
  for (const [name, type] of [
    ['saml', 'SAML'],
    ['case', 'oidc_jwt'],
    ['null', null],
    ['array', ['OIDC_JWT']],
  ] as const) {
    // prettier-ignore
    refused('issuer-type', name, 'unknown-value', `type ${name}`, top({ TrustedTokenIssuerType: type }))
  }

  accepted('issuer-arn', 'both', 'the ARNs of issuer and instance', top({ InstanceArn: INSTANCE }))
  accepted('issuer-arn', 'partition', 'ARNs of another partition', top({ TrustedTokenIssuerArn: issuerARN().replace('arn:aws:', 'arn:aws-us-gov:') })) // prettier-ignore
  const arns: readonly [string, string, Json][] = [
    ['upper-case', 'pattern', issuerARN().replace('tti-', 'TTI-')],
    ['uuid-upper-case', 'pattern', issuerARN('A')],
    ['uuid-short', 'pattern', issuerARN().slice(0, -1)],
    ['account', 'pattern', issuerARN().replace('111122223333', '11112222333')],
    ['region', 'pattern', issuerARN().replace('sso::', 'sso:us-east-1:')],
    ['space', 'pattern', `${issuerARN()} `],
    ['newline', 'pattern', `${issuerARN()}\n`],
    ['empty', 'too-short', ''],
    ['9-characters', 'too-short', 'arn:aws:s'],
    ['1225-characters', 'too-long', issuerARN().padEnd(1225, '0')],
    ['number', 'not-string', 1],
  ]
  for (const [name, reason, arn] of arns) {
    refused('issuer-arn', name, reason, `the ARN of the issuer: ${name}`, top({ TrustedTokenIssuerArn: arn }))
  }
  refused('issuer-arn', 'instance-short', 'pattern', "an instance's ARN that is too short", top({ InstanceArn: OTHER_INSTANCE.slice(0, -1) })) // prettier-ignore

  const tags = (count: number): Json => Array.from({ length: count }, (_, at) => ({ Key: `k${at}`, Value: 'v' })) // prettier-ignore
  const tag = (Key: Json | undefined, Value: Json | undefined): Json => top({ Tags: [{ Key, Value }] })
  accepted('issuer-tags', '75', '75 tags', top({ Tags: tags(75) }))
  refused('issuer-tags', '76', 'too-many', '76 tags', top({ Tags: tags(76) }))
  accepted('issuer-tags', 'longest', 'a key of 128 and a value of 256 characters', tag('k'.repeat(128), 'v'.repeat(256))) // prettier-ignore
  const badTags: readonly [string, string, string, Json][] = [
    ['key-129', 'too-long', 'a key of 129 characters', tag('k'.repeat(129), 'v')],
    ['value-257', 'too-long', 'a value of 257 characters', tag('k', 'v'.repeat(257))],
    ['key-empty', 'too-short', 'an empty key', tag('', 'v')],
    ['key-pattern', 'pattern', 'a key with a character that is not allowed', tag('k!', 'v')],
    ['value-missing', 'not-string', 'no value', tag('k', undefined)],
    ['object', 'not-array', 'an object in place of the array', top({ Tags: { k: 'v' } })],
    ['text', 'not-object', 'a text in place of a tag', top({ Tags: ['k=v'] })],
  ]
  for (const [name, reason, title, input] of badTags) refused('issuer-tags', name, reason, title, input)
  accepted('issuer-tags', 'client-token-64', 'a client token of 64 characters', top({ ClientToken: 't'.repeat(64) })) // prettier-ignore
  refused('issuer-tags', 'client-token-65', 'too-long', 'a client token of 65 characters', top({ ClientToken: 't'.repeat(65) })) // prettier-ignore
  refused('issuer-tags', 'client-token-space', 'pattern', 'a client token with a space', top({ ClientToken: 'a b' })) // prettier-ignore

  urlVectors()
  claimPathVectors()

  for (const attribute of ['userName', 'emails.value', 'externalId']) {
    accepted('identity-store-attribute-path', attribute.toLowerCase().replace('.', '-'), attribute, jwt({ IdentityStoreAttributePath: attribute })) // prettier-ignore
  }
  const attributes: readonly [string, Json][] = [['case', 'username'], ['plural', 'emails'], ['email', 'email'], ['jsonpath', '${path:emails[0].value}'], ['empty', ''], ['array', ['userName']]] // prettier-ignore
  for (const [name, attribute] of attributes) {
    refused('identity-store-attribute-path', name, 'unknown-value', `an attribute path: ${name}`, jwt({ IdentityStoreAttributePath: attribute })) // prettier-ignore
  }
  refused('identity-store-attribute-path', 'missing', 'missing', 'no attribute path', jwt({ IdentityStoreAttributePath: undefined })) // prettier-ignore

  accepted('jwks-retrieval', 'discovery', 'OPEN_ID_DISCOVERY', jwt({}))
  refused('jwks-retrieval', 'missing', 'missing', 'no option', jwt({ JwksRetrievalOption: undefined }))
  refused('jwks-retrieval', 'other', 'unknown-value', 'another option', jwt({ JwksRetrievalOption: 'JWKS_URI' })) // prettier-ignore
  return vectors

  /** The boundaries of a text member: lengths, types and characters. */
  function text(
    term: string,
    of: (value: Json | undefined) => Json,
    { max, letter, bad }: { max: number; letter: string; bad: readonly string[] },
  ): void {
    accepted(term, 'shortest', 'one character', of(letter))
    accepted(term, 'longest', `${max} characters`, of(letter.repeat(max)))
    refused(term, 'past-longest', 'too-long', `${max + 1} characters`, of(letter.repeat(max + 1)))
    refused(term, 'far-too-long', 'too-long', 'many times as long', of(letter.repeat(max * 8)))
    refused(term, 'empty', 'too-short', 'an empty text', of(''))
    refused(term, 'missing', 'missing', 'no value', of(undefined))
    refused(term, 'number', 'not-string', 'a number', of(7))
    refused(term, 'null', 'not-string', 'null', of(null))
    for (const [index, value] of bad.entries()) {
      refused(term, `characters-${index + 1}`, 'pattern', `a character that is not allowed: ${JSON.stringify(value)}`, of(value)) // prettier-ignore
    }
  }

  function urlVectors(): void {
    const url = (IssuerUrl: Json | undefined, options: Members = {}): Json => jwt({ IssuerUrl }, options)
    const sized = (length: number): string => `https://idp.example.com/${'a'.repeat(length - 24)}`
    const loopback = { options: { allowLoopbackIssuer: true } }
    accepted('issuer-url', 'https', 'an https URL', url(ISSUER))
    accepted('issuer-url', 'trailing-slash', 'a URL that ends in a slash', url('https://idp.example.com/'))
    accepted('issuer-url', '512-characters', 'a URL of 512 characters', url(sized(512)))
    refused('issuer-url', '513-characters', 'too-long', 'a URL of 513 characters', url(sized(513)))
    const bad: readonly [string, string, string, Json | undefined][] = [
      ['missing', 'missing', 'no URL', undefined],
      ['empty', 'too-short', 'an empty URL', ''],
      ['number', 'not-string', 'a number', 1],
      ['query', 'pattern', 'a query', `${ISSUER}?a=b`],
      ['fragment', 'pattern', 'a fragment', `${ISSUER}#a`],
      ['space', 'pattern', 'a space after the URL', `${ISSUER} `],
      ['newline', 'pattern', 'a line feed after the URL', `${ISSUER}\n`],
      ['scheme', 'pattern', 'a scheme that is not fetched', 'ftp://idp.example.com'],
      ['scheme-case', 'pattern', 'a scheme in upper case', 'HTTPS://idp.example.com'],
      ['javascript', 'pattern', 'a script in place of the URL', 'javascript:alert(1)'],
      ['no-scheme', 'pattern', 'no scheme', 'idp.example.com/tenant'],
      ['template', 'pattern', "the template that Entra's documents print", 'https://login.microsoftonline.com/{tenantid}/v2.0'],
      ['trailing-dot', 'pattern', 'a full stop at the end', 'https://idp.example.com.'],
      ['backslash', 'pattern', 'a backslash', 'https:\\\\idp.example.com'],
      ['non-ascii', 'pattern', 'a letter beyond ASCII', 'https://idp.ex\u00e4mple.com'],
      ['ipv6', 'pattern', 'an IPv6 address, which the pattern of AWS excludes', 'https://[::1]/'],
      ['no-host', 'not-url', 'a port without a host', 'https://:443'],
      ['user', 'user', 'a user in the URL', 'https://user@idp.example.com'],
      ['password', 'user', 'a user and a password in the URL', 'https://user:correct-horse-battery@idp.example.com'],
    ] // prettier-ignore
    const loops = { also: [{ rule: 'tti/issuer-url-loopback', reason: 'loopback' }] }
    for (const [name, reason, title, value] of bad) {
      refused('issuer-url', name, reason, title, url(value), name === 'ipv6' ? loops : {})
    }

    accepted('issuer-url-well-known', 'absent', 'a URL that ends before the suffix', url(ISSUER))
    accepted('issuer-url-well-known', 'similar', 'a host of that name', url('https://well-known.example.com/tenant')) // prettier-ignore
    const suffixes: readonly [string, string][] = [
      ['discovery', `${ISSUER}/.well-known/openid-configuration`],
      ['directory', `${ISSUER}/.well-known`],
      ['slash', `${ISSUER}/.well-known/`],
      ['oauth', 'https://idp.example.com/.well-known/oauth-authorization-server/tenant'],
      ['encoded', `${ISSUER}/%2ewell-known/openid-configuration`],
      ['case', `${ISSUER}/.Well-Known/openid-configuration`],
      ['dotless', `${ISSUER}/well-known/openid-configuration`],
    ]
    for (const [name, value] of suffixes) {
      refused('issuer-url-well-known', name, 'suffix', `the URL of the discovery document: ${name}`, url(value)) // prettier-ignore
    }

    accepted('issuer-url-port', 'none', 'no port', url(ISSUER))
    accepted('issuer-url-port', '443', 'port 443, spelled out', url('https://idp.example.com:443/tenant'))
    accepted('issuer-url-port', 'https-80', 'port 80', url('https://idp.example.com:80/tenant'))
    accepted('issuer-url-port', 'loopback-allowed', 'any port of a loopback issuer that is allowed', url('http://127.0.0.1:8080', loopback)) // prettier-ignore
    for (const port of [8443, 444, 0, 65535]) {
      refused('issuer-url-port', `${port}`, 'port', `port ${port}`, url(`https://idp.example.com:${port}`))
    }
    refused('issuer-url-port', 'loopback-option', 'port', 'the option for loopback opens no port elsewhere', url('https://idp.example.com:8443', loopback)) // prettier-ignore

    const J28: More = { attacks: ['J28'] }
    accepted('issuer-url-loopback', 'public', 'a public host', url(ISSUER))
    accepted('issuer-url-loopback', 'similar', 'a name that only begins with localhost', url('https://localhost.example.com')) // prettier-ignore
    accepted('issuer-url-loopback', 'allowed', 'a loopback host that is allowed', url('http://localhost:3000', loopback)) // prettier-ignore
    const hosts: readonly [string, string][] = [
      ['localhost', 'localhost'],
      ['localhost-case', 'LOCALHOST'],
      ['subdomain', 'idp.localhost'],
      ['trailing-dot', 'localhost./'],
      ['127-0-0-1', '127.0.0.1'],
      ['127-1-2-3', '127.1.2.3'],
      ['short', '127.1'],
      ['decimal', '2130706433'],
      ['hexadecimal', '0x7f.1'],
      ['octal', '0177.0.0.1'],
    ]
    for (const [name, host] of hosts) {
      refused('issuer-url-loopback', name, 'loopback', `this machine, spelled ${host}`, url(`https://${host}`), J28) // prettier-ignore
    }

    accepted('issuer-url-https', 'https', 'https', url(ISSUER))
    warned('issuer-url-https', 'http', 'http', 'http', url('http://idp.example.com/tenant'))
    warned('issuer-url-https', 'http-443', 'http', 'http on port 443', url('http://idp.example.com:443/tenant')) // prettier-ignore
  }

  function claimPathVectors(): void {
    const claim = (ClaimAttributePath: Json | undefined): Json => jwt({ ClaimAttributePath })
    text('claim-attribute-path', claim, { max: 255, letter: 'e', bad: ['a b', '_a', 'a_', '.a', 'a.', 'a..b', 'a_b_c_d', '$email', 'a[b]', 'email\n', '__proto__'] }) // prettier-ignore
    for (const path of ['email', 'preferred_username', 'a.b', 'a.b_c', 'sub', 'constructor', '\u00e9mail']) {
      accepted('claim-attribute-path', `words-${path.replace(/[\W_]/g, '-').toLowerCase()}`, `the path ${path}`, claim(path)) // prettier-ignore
    }
    const diagnosed: readonly [string, string, string][] = [
      ['custom', 'custom-claim', 'custom:employee'],
      ['cognito', 'custom-claim', 'cognito:username'],
      ['namespaced', 'namespaced', 'https://example.com/email'],
      ['slash', 'namespaced', 'example/email'],
      ['hyphen', 'hyphen', 'aws-uid'],
      ['digit', 'digit', 'extensionAttribute1'],
    ]
    for (const [name, reason, path] of diagnosed) {
      refused('claim-attribute-path', name, reason, `the path ${path}`, claim(path), { attacks: ['J26'] })
    }
  }
}

export function updateVectors(): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('update', 'configuration')
  const of = (update: Json, more: Members = {}): Json => ({ current: issuer(), update, ...more })
  const jwt = (settings: Members, more: Members = {}): Json =>
    of({
      TrustedTokenIssuerArn: issuerARN(),
      TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: settings },
      ...more,
    })

  accepted('update-shape', 'name', 'a new name', of({ TrustedTokenIssuerArn: issuerARN(), Name: 'new' }), { value: { name: 'new', issuerURL: ISSUER } }) // prettier-ignore
  accepted('update-shape', 'mapping', 'a new mapping', jwt({ ClaimAttributePath: 'sub', IdentityStoreAttributePath: 'externalId' }), { value: { name: 'idp', claimAttributePath: 'sub', identityStoreAttributePath: 'externalId' } }) // prettier-ignore
  const shapes: readonly [string, string, string, Json][] = [
    ['array', 'not-object', 'an array', [{}]],
    ['null', 'not-object', 'null', null],
    ['unknown-member', 'unknown-member', 'a member that is not known', { TrustedTokenIssuerArn: issuerARN(), Name: 'new', IssuerUrl: ISSUER }],
    ['empty', 'empty', 'an update of nothing', { TrustedTokenIssuerArn: issuerARN() }],
    ['no-issuer', 'missing', 'no issuer', { Name: 'new' }],
    ['misspelt', 'unknown-member', 'a misspelt configuration', { TrustedTokenIssuerArn: issuerARN(), TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: { ClaimAttributePath: 'sub' }, OidcJwtConfigration: {} } }],
    ['configuration-text', 'not-object', 'a text in place of the configuration', { TrustedTokenIssuerArn: issuerARN(), TrustedTokenIssuerConfiguration: 'sub' }],
    ['other-issuer', 'other-issuer', "another issuer's update", { TrustedTokenIssuerArn: issuerARN('6'), Name: 'new' }],
  ] // prettier-ignore
  for (const [name, reason, title, update] of shapes) refused('update-shape', name, reason, title, of(update))

  accepted('issuer-url-immutable', 'same', 'the URL that it has', jwt({ IssuerUrl: ISSUER }))
  accepted('issuer-url-immutable', 'absent', 'no URL', jwt({ ClaimAttributePath: 'sub' }))
  const urls: readonly [string, Json][] = [['other', 'https://other.example'], ['slash', `${ISSUER}/`], ['case', 'https://IDP.example.com/tenant'], ['null', null], ['empty', '']] // prettier-ignore
  for (const [name, IssuerUrl] of urls) {
    refused('issuer-url-immutable', name, 'changed', `a changed URL: ${name}`, jwt({ IssuerUrl }))
  }

  const change = { TrustedTokenIssuerArn: issuerARN(), Name: 'new' }
  accepted('issuer-in-use', 'unused', 'an issuer that no application uses', of(change, { deployment: deployment({ Applications: [] }) })) // prettier-ignore
  warned('issuer-in-use', 'used', 'in-use', 'an issuer that an application uses', of(change, { deployment: deployment() })) // prettier-ignore
  return vectors
}
