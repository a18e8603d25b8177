import { lintRules } from '../../../src/abac/lintRules.js'
import { decisionRules, policyRules } from '../../../src/core/policy/index.js'
import { abacRules } from '../../../src/abac/rules.js'
import { authorizeRules, grantRules, signInRules } from '../../../src/oauth/index.js'
import { samlRules } from '../../../src/saml/rules.js'
import { exchangeRules } from '../../../src/tti/rules.js'
import { roleSessionRules } from '../../../src/tti/roleSession/rules.js'
import { NOW } from './world.js'

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined }

export type Expect = 'accepted' | 'refused' | 'warned'

/** One case, as README.md describes it. */
export interface Vector {
  readonly id: string
  readonly title: string
  readonly subject: string
  readonly rule: string
  readonly layer: string
  readonly expect: Expect
  readonly reason?: string
  readonly also?: readonly { readonly rule: string; readonly reason: string }[]
  readonly value?: Json
  readonly answer?: string
  readonly source: string
  readonly attacks?: readonly string[]
  readonly now: number
  readonly input: Json
}

export type More = Partial<Pick<Vector, 'also' | 'value' | 'answer' | 'attacks' | 'now'>>

const sources = new Map(
  [
    ...samlRules,
    ...exchangeRules,
    ...roleSessionRules,
    ...policyRules,
    ...decisionRules,
    ...lintRules,
    ...abacRules,
    ...grantRules,
    ...authorizeRules,
    ...signInRules,
  ].map(({ id, source }) => [id as string, source]),
)

/**
 * Collects the vectors of one subject and layer. `term` and `name` make the id `tti/term.name`, or that of another area,
 * whose files may stand in a folder of another name.
 */
export function cases(
  subject: string,
  layer: string,
  attacks: readonly string[] = [],
  area = 'tti',
  folder = area,
) {
  const vectors: Vector[] = []
  const add = (
    expect: Expect,
    term: string,
    name: string,
    reason: string | undefined,
    title: string,
    input: Json,
    more: More = {},
  ): void => {
    const rule = `${area}/${term}`
    const source = sources.get(rule)
    if (source === undefined) throw new Error(`There is no rule ${rule}.`)
    const { also, value, answer, now = NOW } = more
    const told = [...attacks, ...(more.attacks ?? [])]
    vectors.push({
      id: `${folder}/${term}.${name}`,
      title,
      subject,
      rule,
      layer,
      expect,
      ...(reason === undefined ? {} : { reason }),
      ...(also === undefined ? {} : { also }),
      ...(value === undefined ? {} : { value }),
      ...(answer === undefined ? {} : { answer }),
      source,
      ...(told.length === 0 ? {} : { attacks: [...new Set(told)] }),
      now,
      input,
    })
  }
  return {
    vectors: vectors as readonly Vector[],
    accepted: (term: string, name: string, title: string, input: Json, more?: More) => {
      add('accepted', term, name, undefined, title, input, more)
    },
    refused: (term: string, name: string, reason: string, title: string, input: Json, more?: More) => {
      add('refused', term, name, reason, title, input, more)
    },
    warned: (term: string, name: string, reason: string, title: string, input: Json, more?: More) => {
      add('warned', term, name, reason, title, input, more)
    },
  }
}
