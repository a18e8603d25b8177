import { decide, lintPolicy, requestContext, type Decision, type Policies } from '../../abac/index.js'
import { resourcePolicyKind } from '../../core/policy/index.js'
import { printable } from '../../core/shown.js'
import { identityContextPolicy } from '../../tti/index.js'
import { decisionText, type DecisionReport, type NamedPolicy } from '../decisionText.js'
import { gathered } from '../faults.js'
import { readJson } from '../files.js'
import { jsonText } from '../jsonText.js'
import { Misuse } from '../misuse.js'
import {
  formatOf,
  readOptions,
  required,
  requiredAll,
  text,
  textOrJson,
  texts,
  type Values,
} from '../options.js'
import { readTags } from '../tags.js'
import type { Terminal } from '../terminal.js'
import { version } from '../version.js'

export const abacDecideOptions = {
  policy: 'list',
  tags: 'string',
  action: 'string',
  resource: 'string',
  'resource-tag': 'list',
  'resource-policy': 'string',
  boundary: 'string',
  'session-policy': 'list',
  scp: 'list',
  'identity-context': 'boolean',
  principal: 'string',
  context: 'list',
  format: 'string',
} as const

/**
 * `abac decide`: what IAM decides of one request of a session with these tags. Exit code 0 when it is allowed, 1 when it
 * is denied. Without `--principal` a session of a permission set's role asks, in the account of the resource.
 */
export async function abacDecide(words: readonly string[], terminal: Terminal): Promise<0 | 1> {
  const { values, positionals } = readOptions(words, abacDecideOptions)
  if (positionals.length > 0) throw new Misuse('abac decide takes options only: see countersign --help.')
  const format = formatOf(values, textOrJson)
  const [action, resource] = requiredAll(values, ['action', 'resource', 'tags'])
  const principal = text(values, 'principal') ?? someSession(resource)
  const { policies, tags } = await readFiles(values)
  const request = {
    principal,
    action,
    resource,
    context: requestContext({
      action,
      sessionTags: tags,
      resourceTags: onceEach(pairs(values, 'resource-tag')),
      context: grouped(pairs(values, 'context')),
    }),
  }
  const decision = decide(policiesOf(policies, values['identity-context'] === true), request)
  const lint = policies.map(({ layer, index, file, json }) => {
    const kind = layer === 'resource' ? resourcePolicyKind(request) : 'identity'
    const path = layer === 'resource' || layer === 'boundary' ? `$.${layer}` : `$.${layer}[${index}]`
    const linted = lintPolicy(json, { kind, path, tagKeys: Object.keys(tags) })
    // What makes it no policy stands among the findings of the decision.
    return { layer, policy: index, file, findings: linted.ok ? linted.findings : [] }
  })
  const report: DecisionReport = {
    tool: { name: 'countersign', version },
    request: { principal, action, resource },
    tags,
    decision,
    lint,
  }
  terminal.out(format === 'json' ? jsonText(asJson(report)) : decisionText(report, policies, terminal.style))
  return decision.effect === 'allow' ? 0 : 1
}

/** The parts of a decision beside each other, for programs. */
function asJson({ tool, request, tags, decision, lint }: DecisionReport): unknown {
  return { tool, request, tags, ...decision, lint } satisfies Decision & Record<string, unknown>
}

/** Everything wrong with any of the files is told at once. */
async function readFiles(values: Values): Promise<{
  readonly policies: readonly NamedPolicy[]
  readonly tags: Readonly<Record<string, string>>
}> {
  const tagsFile = required(values, 'tags')
  const single = (name: string): readonly string[] =>
    [text(values, name)].filter((file) => file !== undefined)
  const files = [
    ...texts(values, 'policy').map((file, index) => ({ layer: 'identity', index, file }) as const),
    ...texts(values, 'session-policy').map((file, index) => ({ layer: 'session', index, file }) as const),
    ...texts(values, 'scp').map((file, index) => ({ layer: 'scps', index, file }) as const),
    ...single('resource-policy').map((file) => ({ layer: 'resource', index: 0, file }) as const),
    ...single('boundary').map((file) => ({ layer: 'boundary', index: 0, file }) as const),
  ]
  if (!files.some(({ layer }) => layer === 'identity' || layer === 'resource')) {
    throw new Misuse('--policy is missing.')
  }
  const names = [tagsFile, ...files.map(({ file }) => file)]
  if (names.filter((name) => name === '-').length > 1)
    throw new Misuse('Only one FILE can be standard input.')
  const reading = gathered(files.map(({ file }) => readJson(file)))
  const [tags, read] = await gathered([readTagsFile(tagsFile), reading])
  return { policies: files.map((file, index) => ({ ...file, json: read[index] })), tags }
}

async function readTagsFile(name: string): Promise<Readonly<Record<string, string>>> {
  return readTags(await readJson(name))
}

function policiesOf(policies: readonly NamedPolicy[], identityContext: boolean): Policies {
  const of = (wanted: NamedPolicy['layer']): unknown[] =>
    policies.filter(({ layer }) => layer === wanted).map(({ json }) => json)
  const [resource] = of('resource')
  const [boundary] = of('boundary')
  return {
    identity: of('identity'),
    ...(of('session').length > 0 ? { session: of('session') } : {}),
    ...(of('scps').length > 0 ? { scps: of('scps') } : {}),
    ...(resource === undefined ? {} : { resource }),
    ...(boundary === undefined ? {} : { boundary }),
    ...(identityContext ? { identityContext: identityContextPolicy() } : {}),
  }
}

/** A session as Identity Center would make it, in the account of the resource where that has one. */
function someSession(resource: string): string {
  const [, partition = 'aws', , , account = ''] = resource.split(':')
  const owner = /^\d{12}$/.test(account) ? account : '111122223333'
  const place = /^aws(-[a-z]{1,5}){0,3}$/.test(partition) ? partition : 'aws'
  return `arn:${place}:sts::${owner}:assumed-role/AWSReservedSSO_PermissionSet_0000000000000000/person`
}

type Pair = readonly [string, string]

/** `K=V`, as often as it is given. The key ends at the first `=`. */
function pairs(values: Values, name: string): readonly Pair[] {
  return texts(values, name).map((given): Pair => {
    const end = given.indexOf('=')
    if (end < 1) throw new Misuse(`--${name} is KEY=VALUE, not "${printable(given)}".`)
    return [given.slice(0, end), given.slice(end + 1)]
  })
}

function onceEach(given: readonly Pair[]): Readonly<Record<string, string>> {
  const tags = Object.create(null) as Record<string, string>
  for (const [key, value] of given) {
    if (key in tags) throw new Misuse(`--resource-tag gives ${printable(key)} twice.`)
    tags[key] = value
  }
  return tags
}

/** A key that is given several times has several values. */
function grouped(given: readonly Pair[]): Readonly<Record<string, string | readonly string[]>> {
  const context = Object.create(null) as Record<string, string | string[]>
  for (const [key, value] of given) {
    const before = context[key]
    context[key] = before === undefined ? value : [before, value].flat()
  }
  return context
}
