import { findingsOf, runRules } from '../../core/rule.js'
import { handler } from '../house.js'
import type { AppRequest, AppResponse, Middleware } from '../http.js'
import { methodRules } from '../methodRules.js'
import { pathOf } from '../target.js'
import { consumeAssertion } from './acs.js'
import { beginLogin } from './login.js'
import { samlSettings, type SamlServiceProviderOptions } from './options.js'
import { providerOf } from './provider.js'

/**
 * Signs people in by SAML 2.0: a GET to `loginPath` sends a person to the identity provider, whose Response comes back by POST to
 * the path of `sp.acsURL` and begins a session. It is taken once, in the browser that began the sign-in, within ten minutes.
 * Mount it before the sessions: what comes to its paths comes from another site.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse
 *
 * @example
 * ```ts
 * import express from 'express'
 * import { requireIdentity, samlServiceProvider, type AppSessions } from 'countersign/express'
 * import { memoryReplayStore } from 'countersign/stores'
 *
 * declare const sessions: AppSessions, metadata: string
 * const app = express()
 * app.use(
 *   samlServiceProvider({
 *     sessions,
 *     idp: { metadata },
 *     sp: { entityID: 'https://app.example.com/saml', acsURL: 'https://app.example.com/saml/acs' },
 *     replay: memoryReplayStore(), // of several processes, one that they share
 *     loginPath: '/signin',
 *     metadataPath: '/saml/metadata',
 *   }),
 * )
 * app.use(sessions)
 * app.get('/me', requireIdentity(), (request, response) => {
 *   response.json(request.identity)
 * })
 * ```
 */
export function samlServiceProvider(options: SamlServiceProviderOptions): Middleware {
  const settings = samlSettings(options)
  const { house, acsPath, metadata } = settings
  const { loginPath } = options
  const currentProvider = providerOf(options)

  const withProvider = async (
    request: AppRequest,
    response: AppResponse,
    work: typeof beginLogin,
  ): Promise<void> => {
    const idp = await currentProvider(house.now())
    if ('status' in idp) house.refuse(request, response, idp)
    else await work(request, response, idp, settings)
  }

  const routes: Readonly<Record<string, Route>> = {
    [loginPath]: {
      method: 'GET',
      answer: (request, response) => withProvider(request, response, beginLogin),
    },
    [acsPath]: {
      method: 'POST',
      answer: (request, response) => withProvider(request, response, consumeAssertion),
    },
    ...(metadata && {
      [metadata.path]: {
        method: 'GET',
        answer: async (_request, response) => {
          response.setHeader('content-type', 'application/samlmetadata+xml')
          response.setHeader('x-content-type-options', 'nosniff')
          response.end(metadata.xml)
        },
      },
    }),
  }

  return handler(house, async (request, response) => {
    const path = pathOf(request)
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined
    if (route === undefined) return 'next'
    const { method = '' } = request
    if (method === route.method) await route.answer(request, response)
    else {
      const findings = findingsOf(runRules(methodRules, { method, expected: route.method }))
      house.refuse(request, response, { status: 405, findings, allow: route.method })
    }
    return 'answered'
  })
}

interface Route {
  readonly method: 'GET' | 'POST'
  answer(request: AppRequest, response: AppResponse): Promise<void>
}
