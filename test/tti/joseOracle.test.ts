import {
  createLocalJWKSet,
  decodeJwt,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTVerifyOptions,
} from 'jose'
import { describe, expect, it } from 'vitest'
import { validateToken } from '../../src/tti/index.js'
import { expectationOf, type Input } from './runVector.js'
import { vectors } from './vectorFiles.js'

/** Rules by which we refuse tokens that jose accepts, and why we are stricter. */
const STRICTER: Readonly<Record<string, string>> = {
  'tti/token-size': 'jose bounds nothing: the caller is to do so.',
  'tti/token-form': 'The decoder that jose uses skips white space.',
  'tti/base64url': "jose uses the platform's decoder, to which several texts are one signature.",
  'tti/token-json':
    'jose uses JSON.parse, which takes 1e400 for infinity and any depth, and half a surrogate pair.',
  'tti/duplicate-member': 'JSON.parse keeps the last of two members without a word.',
  'tti/typ': 'jose compares the type only where a caller says which one it wants.',
  'tti/embedded-key':
    'jose ignores a key in the header; a token that brings one was not made by this issuer.',
  'tti/crit': 'jose knows b64; we know no extension at all.',
  'tti/payload-encoding':
    'jose ignores these parameters in a JWS, where they can only mislead another reader.',
  'tti/kid-form': 'jose bounds no key id, and looks for an empty one.',
  'tti/kid': 'jose offers several fitting keys to try in turn; we want exactly one.',
  'tti/signing-key':
    'jose looks at neither exponents nor other private members than d, and mends the form of a number.',
  'tti/sub': 'jose leaves the subject to its caller.',
  'tti/aud': 'jose accepts an array of any length with other types in it.',
  'tti/exp': 'jose wants no expiry unless told, bounds no lifetime, and takes any number.',
  'tti/nbf': 'jose does not hold nbf against exp, and takes any number.',
  'tti/iat': 'jose looks at iat only where the age is limited.',
  'tti/jti': 'jose leaves the token id to its caller.',
  'tti/events': 'jose knows nothing of security events.',
  'tti/mapped-claim': 'jose knows nothing of the mapping.',
}

const tokens = vectors.filter(({ subject }) => subject === 'token')

describe('jose as the oracle', () => {
  it.each(tokens.filter(({ expect }) => expect !== 'refused').map((vector) => [vector.id, vector] as const))(
    'accepts what we accept: %s',
    async (_, { input, now }) => {
      const { token } = input as { token: string }
      const ours = await validateToken(token, expectationOf(input as Input, now))
      const payload = await verified(input as Input, now)
      expect(payload).toEqual(JSON.parse(JSON.stringify(ours.value?.claims)))
      expect({ sub: payload.sub, exp: payload.exp }).toEqual({
        sub: ours.value?.subject,
        exp: ours.value?.expiresAt,
      })
    },
  )

  it('accepts no more than what the table explains', async () => {
    const strict = new Set<string>()
    for (const { id, rule, input, now } of tokens.filter((vector) => vector.expect === 'refused')) {
      const accepted = await verified(input as Input, now).then(
        () => true,
        () => false,
      )
      if (!accepted) continue
      strict.add(rule)
      expect([id, rule in STRICTER]).toEqual([id, true])
    }
    expect(Object.keys(STRICTER).filter((rule) => !strict.has(rule))).toEqual([])
  })
})

interface Step {
  readonly request: { readonly assertion: string }
  readonly expect?: string
  readonly now?: number
}

/** The tokens that an exchange of the vectors accepts: the last step has the vector's own outcome. */
const exchanged = vectors
  .filter(({ subject }) => subject === 'exchange')
  .flatMap(({ id, input, now, expect: outcome }) => {
    const { steps, jwks, deployment } = input as unknown as {
      steps: readonly Step[]
      jwks: Readonly<Record<string, JSONWebKeySet>>
      deployment: unknown
    }
    const audience = [...JSON.stringify(deployment).matchAll(/"AuthorizedAudiences":(\[[^\]]*\])/g)].flatMap(
      ([, list = '[]']) => JSON.parse(list) as string[],
    )
    return steps
      .filter((step, index) => (index === steps.length - 1 ? outcome : step.expect) === 'accepted')
      .map((step, index) => ({
        id: `${id} ${index}`,
        token: step.request.assertion,
        jwks,
        audience,
        now: step.now ?? now,
      }))
  })

describe('jose as the oracle of exchanges', () => {
  it.each(exchanged.map((one) => [one.id, one] as const))('accepts the token of %s', async (_, one) => {
    const issuer = String(decodeJwt(one.token).iss)
    const currentDate = new Date(one.now * 1000)
    const options = { algorithms: ['RS256'], issuer, audience: one.audience, currentDate, clockTolerance: 60 }
    await jwtVerify(one.token, createLocalJWKSet(one.jwks[issuer]!), options)
  })

  it('has exchanges to look at', () => {
    expect(exchanged.length).toBeGreaterThan(30)
  })
})

/** What jose reads of a vector's token, with the same settings; rejects where jose refuses. */
async function verified(input: Input, now: number) {
  const { issuer, audiences, clockSkewSeconds, maxTokenAgeSeconds } = expectationOf(input, now)
  const keySet = createLocalJWKSet(input['jwks'] as JSONWebKeySet)
  const token = input['token'] as string
  const options: JWTVerifyOptions = {
    algorithms: ['RS256'],
    issuer: issuer.issuerURL,
    audience: [...audiences],
    currentDate: new Date(now * 1000),
    clockTolerance: clockSkewSeconds ?? 60,
    ...(maxTokenAgeSeconds === undefined ? {} : { maxTokenAge: maxTokenAgeSeconds }),
  }
  try {
    return (await jwtVerify(token, keySet, options)).payload
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    // As jose documents it: the caller tries each of them.
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload
      } catch (other) {
        // Not this key: it does not verify, or jose finds it unfit itself.
        if (!(other instanceof errors.JWSSignatureVerificationFailed || other instanceof TypeError))
          throw other
      }
    }
    throw error
  }
}
