import type { PublicScope } from '../scope.js'
import { listOf, members, optional, requireForm, text, texts } from './form.js'
import { toldAsMisuse } from './misuse.js'

/** What a person is shown before consenting (R206, R211): who asks, for what, and the code that the device shows. */
export interface ConsentView {
  readonly applicationName: string
  readonly scopes: readonly PublicScope[]
  /** Only where a device asks: to be compared with what it shows. */
  readonly userCode?: string
}

/** The view of a request, every scope with its meaning; one that nobody described is shown by its name. */
export function consentView(
  request: { readonly clientName: string; readonly scopes: readonly string[] },
  known: readonly PublicScope[],
  userCode?: string,
): ConsentView {
  return toldAsMisuse(() => {
    requireForm(request, members({ clientName: text, scopes: texts }), 'request')
    requireForm(known, listOf(members({ scope: text, description: text })), 'known')
    requireForm(userCode, optional(text), 'userCode')
    return {
      applicationName: request.clientName,
      scopes: request.scopes.map(
        (scope) => known.find((one) => one.scope === scope) ?? { scope, description: `Use ${scope} as you` },
      ),
      ...(userCode === undefined ? {} : { userCode }),
    }
  })
}
