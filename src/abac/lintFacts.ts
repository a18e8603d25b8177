import { contextKey, tagKeyOf, variablesIn, type Policy, type Statement } from '../core/policy/index.js'

/** What the lint looks at. */
export interface LintSubject {
  readonly policy: Policy
  /** The keys of the session tags that are sent: those configured, and those that the identity provider asserts. */
  readonly tagKeys?: readonly string[] | undefined
  /** ARNs of permission sets' roles as they are, or have been, in the account. */
  readonly roleArns?: readonly string[] | undefined
}

/** A text of a policy, and where it stands. */
export interface PlacedText {
  readonly text: string
  readonly path: string
}

/** Whether a condition key is about a tag of the caller. */
export function isPrincipalTag(key: string): boolean {
  return contextKey(key).startsWith('aws:principaltag/')
}

/** Whether a condition key is about a tag of the resource, in AWS's spelling or a service's own. */
export function isResourceTag(key: string): boolean {
  return /^[a-z0-9-]+:resourcetag\//.test(contextKey(key))
}

/** The values of conditions and the resources: wherever a variable may stand. */
export function textsOf(statement: Statement): readonly PlacedText[] {
  const { conditions, resources, path } = statement
  const element = `${path}.${resources.not ? 'NotResource' : 'Resource'}`
  return [
    ...resources.patterns.map((text) => ({ text, path: element })),
    ...conditions.flatMap(({ values, path: at }) => values.map((text) => ({ text, path: at }))),
  ]
}

/** Every use of a tag of the caller: as a condition key and in variables. */
export function principalTagsOf({ policy }: LintSubject): readonly PlacedText[] {
  return policy.statements.flatMap((statement) => [
    ...statement.conditions
      .filter(({ key }) => isPrincipalTag(key))
      .map(({ key, path }) => placed(key, path)),
    ...textsOf(statement).flatMap(({ text, path }) =>
      variablesIn(text, policy.version)
        .filter(({ key }) => isPrincipalTag(key))
        .map(({ key }) => placed(key, path)),
    ),
  ])
}

function placed(key: string, path: string): PlacedText {
  return { text: tagKeyOf(key) ?? '', path }
}

/** Each of the texts once for each place. */
export function distinct(texts: readonly PlacedText[]): readonly PlacedText[] {
  const seen = new Map(texts.map((one) => [`${one.path}\n${one.text}`, one]))
  return [...seen.values()]
}
