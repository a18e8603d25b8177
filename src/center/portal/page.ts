import { accepted, type Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Rule } from '../../core/rule.js'
import { seal, unseal, type SealedKind, type SealingKey } from '../../tti/tokens/seal.js'
import { MAX_RESULTS } from './requestRules.js'

/** One page of a list, and where the next begins. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextToken?: string
}

interface PageSubject {
  /** What the token was sealed with; undefined for one that is not ours. */
  readonly opened: { readonly list?: unknown; readonly after?: unknown } | undefined
  readonly list: string
}

export const pageRules: readonly Rule<PageSubject>[] = [
  {
    id: 'center/portal-page',
    severity: 'error',
    source: 'SSO Portal API',
    title: 'A page is continued by the token that came with it, for the same list of the same person',
    fix: 'Send next_token unchanged, with the account and the access token of the page before it; else begin anew without it.',
    check: ({ opened, list }) => {
      const path = 'next_token'
      if (typeof opened?.after !== 'string')
        return [{ reason: 'not-opened', path, message: 'The token was made elsewhere, or altered.' }]
      return opened.list === list
        ? []
        : [{ reason: 'other-list', path, message: 'The token is of another list.' }]
    },
  },
]

const KIND: SealedKind = 'portal-page'

/**
 * The page of a list that a request asks for. The token names the last item that was given, so that what is assigned or
 * taken away between two pages neither repeats nor hides another item.
 *
 * @param list - which list of whom: a token is good for this one alone
 * @param keyOf - what the items are ordered by, each one's own
 */
export async function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  list: string,
  parameters: ReadonlyMap<string, string>,
  keys: readonly [SealingKey, ...SealingKey[]],
): Promise<Verdict<Page<T>>> {
  const token = parameters.get('next_token')
  let after: string | undefined
  if (token !== undefined) {
    const opened = await unseal(KIND, token, keys)
    const verdict = verdictOf(runRules(pageRules, { opened, list }), () => String(opened?.['after']))
    if (!verdict.ok) return verdict
    after = verdict.value
  }
  const ordered = [...items].sort((one, other) => compared(keyOf(one), keyOf(other)))
  const left = ordered.filter((item) => after === undefined || compared(keyOf(item), after) > 0)
  const page = left.slice(0, Number(parameters.get('max_result') ?? MAX_RESULTS))
  const last = page.at(-1)
  if (last === undefined || page.length === left.length) return accepted({ items: page })
  return accepted({ items: page, nextToken: await seal(KIND, { list, after: keyOf(last) }, keys) })
}

/** By code units: the same order on every machine. */
function compared(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1
}
